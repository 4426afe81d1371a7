"""Writes the plugin's schema anew, and before it the docstrings that say the same in many places.

python3 tools/schema.py
"""

from __future__ import annotations

from pathlib import Path

from plugin_schema import docstrings

SCHEMA = Path(__file__).resolve().parents[1] / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json"


def main() -> None:
    """Run as a program."""
    docstrings.write()
    from plugin_schema.schema import made_text  # noqa: PLC0415 - it loads the package, whose docstrings are in the schema

    SCHEMA.write_text(made_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
