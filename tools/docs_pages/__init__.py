"""The pages of docs/ that are made of the code, each as a text; tests compare them with the files."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
