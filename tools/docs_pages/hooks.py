"""What Material's pages lack for readers with keyboards and screen readers; MkDocs calls it for each page."""

from __future__ import annotations

import re


def on_page_content(html: str, **_: object) -> str:
    """Let the keyboard reach wide tables, which scroll on a narrow screen."""
    return re.sub(r"<table>(?=\s*<thead>\s*<tr>(?:\s*<th[^>]*>.*?</th>){4})", '<table tabindex="0">', html)


def on_post_page(output: str, **_: object) -> str:
    """Name the dialog of the search."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
