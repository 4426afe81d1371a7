"""Shared by everything that runs in a Pulumi program, provider or policy."""
