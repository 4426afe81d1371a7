"""What the GitHub action (`action.yml`) runs."""
