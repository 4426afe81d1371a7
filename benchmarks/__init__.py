"""Measurements of the package beside what it replaces; `make bench`."""
