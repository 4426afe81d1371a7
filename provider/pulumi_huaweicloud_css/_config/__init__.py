"""Where the settings and keys come from."""
