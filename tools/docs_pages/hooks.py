"""What Material's pages lack for readers with keyboards, screen readers and phones; MkDocs calls it for each page."""

from __future__ import annotations

import re


def on_page_content(html: str, **_: object) -> str:
    """Let the keyboard reach wide tables, which scroll on a narrow screen."""
    return re.sub(r"<table>(?=\s*<thead>\s*<tr>(?:\s*<th[^>]*>.*?</th>){4})", '<table tabindex="0">', html)


def on_post_page(output: str, **_: object) -> str:
    """Name the dialog of the search, and let names in tables break between words; the search has read them by now."""
    output = output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
    return re.sub(
        r"<td>.*?</td>", lambda cell: re.sub(r"<code>[^<>]+</code>", _breakable, cell[0]), output, flags=re.DOTALL
    )


def _breakable(code: re.Match[str]) -> str:
    return re.sub(r"([_:])(?=\w)", r"\1<wbr>", code[0])
