"""What `make schema` is made of: the plugin's schema, and docstrings that repeat each other."""
