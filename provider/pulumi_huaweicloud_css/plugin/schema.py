"""The plugin's schema, for Pulumi, its SDK generators and editors. `make schema` generates it."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """Return the schema as JSON text."""
    return files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
