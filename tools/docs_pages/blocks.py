"""The code blocks of the README and the pages, by the name in the comment before each: what tests run, pages repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"(?:<!-- (tested as|not run): (.+?) -->\n)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One code block: its language, its text, and its name or the reason why no test can run it; "" for neither."""

    page: str
    language: str
    text: str
    name: str = ""
    not_run: str = ""


def blocks_of(page: Path) -> list[Block]:
    """Return the code blocks of a page, in their order."""
    return [
        Block(page.name, language, text, **{"tested as": {"name": said}, "not run": {"not_run": said}}.get(mark, {}))
        for mark, said, language, text in _FENCE.findall(page.read_text(encoding="utf-8"))
    ]
