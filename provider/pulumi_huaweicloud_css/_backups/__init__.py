"""What is asked, what was read, and whether it is good enough."""
