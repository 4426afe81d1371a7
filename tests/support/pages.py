"""The README and the pages of the documentation, with their code blocks."""

from __future__ import annotations

from tests.support import ROOT
from tools.docs_pages.blocks import blocks_of

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, *sorted(DOCS.glob("*.md")))

# The registry's pages repeat what others show.
WRITTEN = tuple(page for page in PAGES if page.name not in {"_index.md", "installation-configuration.md"})
ALL_BLOCKS = tuple(block for page in WRITTEN for block in blocks_of(page))
BLOCKS = {block.name: block.text for block in ALL_BLOCKS if block.name}
