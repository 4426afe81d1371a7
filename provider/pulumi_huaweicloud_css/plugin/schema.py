"""The plugin's schema: what Pulumi, its SDK generators and editors know of it. `make schema` writes it."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """Return the schema as JSON text."""
    return files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
