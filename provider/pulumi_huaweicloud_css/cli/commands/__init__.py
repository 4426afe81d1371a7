"""The subcommands of `css-logs`, one module each."""
