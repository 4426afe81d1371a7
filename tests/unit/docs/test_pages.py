"""The README and the pages: what each must have, and what is made of the code."""

from __future__ import annotations

import ast
import re
from typing import get_type_hints

import pulumi_huaweicloud_css
import pytest
import yaml

from tests.support import ROOT
from tests.support.pages import ALL_BLOCKS, BLOCKS, DOCS, PAGES, README
from tools.docs_pages.command_line import command_line
from tools.docs_pages.registry import index, installation

TESTS = ROOT / "tests"
# Use blocks by their names.
RUN = (*(TESTS / "integration" / name for name in ("docs", "pipelines", "plugin")), TESTS / "support")
PACKAGE = ROOT / "provider" / "pulumi_huaweicloud_css"


def test_every_code_block_is_run_or_says_why_not():
    """Each block but plain output has a name, or the reason why no test can run it."""
    code = [block for block in ALL_BLOCKS if block.language != "text"]
    assert len(code) > 20
    assert [block for block in code if bool(block.name) == bool(block.not_run)] == []
    assert [block for block in code if block.not_run and block.language != "sh"] == []


def test_every_fence_of_the_pages_is_a_block():
    """No block is overlooked, as one would be that is indented or has no language."""
    fences = sum(len(re.findall(r"^\s*```", page.read_text(), re.MULTILINE)) for page in PAGES if page.name[0] != "_")
    generated = (DOCS / "installation-configuration.md").read_text().count("```")
    assert 2 * len(ALL_BLOCKS) == fences - generated


def test_every_named_block_has_a_test():
    """The tests of the documentation use each name, and blocks of one name do not differ."""
    code = "".join(file.read_text() for folder in RUN for file in folder.glob("*.py"))
    assert [name for name in BLOCKS if f'"{name}"' not in code and f"'{name}'" not in code] == []
    assert {block.name: block.text for block in reversed(ALL_BLOCKS) if block.name} == BLOCKS


def test_the_readme_is_short_and_its_beginning_suffices():
    """At most 150 lines; the first 60 show the picture, the two commands, a program, the gate, and where to read on."""
    lines = README.read_text().splitlines()
    assert len(lines) <= 150
    beginning = "\n".join(lines[:60])
    needed = ("docs/report.png", "make demo", "make test", "LogRecords(", "css-logs gate", "docs/quickstart.md")
    assert [text for text in needed if text not in beginning] == []


def test_links_of_the_readme_lead_somewhere():
    """Each link of the README, and each to a file from a page that MkDocs does not check, names a file that exists."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", README.read_text())
    assert len(links) > 10
    assert [link for link in links if "://" not in link and not (ROOT / link).is_file()] == []


@pytest.mark.parametrize(
    ("name", "made"),
    [("command-line.md", command_line), ("_index.md", index), ("installation-configuration.md", installation)],
)
def test_generated_pages_are_made_of_the_code(name, made):
    """The files are what `make docs` writes today."""
    assert (DOCS / name).read_text(encoding="utf-8") == made()


@pytest.mark.parametrize("name", ["_index.md", "installation-configuration.md"])
def test_pages_for_the_registry_have_its_front_matter(name):
    """The registry takes a page's title, description and layout from YAML at its beginning."""
    head = yaml.safe_load((DOCS / name).read_text().split("---\n")[1])
    assert (set(head), head["layout"]) == ({"title", "meta_desc", "layout"}, "package")


def test_the_python_reference_has_every_public_name():
    """Each public name is documented, once, and no other name of the package is."""
    shown = re.findall(r"^::: pulumi_huaweicloud_css\.(\w+)$", (DOCS / "python.md").read_text(), re.MULTILINE)
    assert sorted(shown) == sorted(set(pulumi_huaweicloud_css.__all__) - {"__version__"})


@pytest.mark.parametrize(
    "function",
    [
        pulumi_huaweicloud_css.get_log_records,
        pulumi_huaweicloud_css.get_fleet_log_records,
        pulumi_huaweicloud_css.get_clusters,
    ],
)
def test_the_page_of_arguments_has_every_argument_and_output(function):
    """Each argument, but Pulumi's own options, is in the first part, and each output in the second one."""
    arguments, outputs = (DOCS / "arguments.md").read_text().split("## Outputs")
    hints = get_type_hints(function, localns=dict.fromkeys(("Gate", "ClusterSelector", "Site"), object))
    result = get_type_hints(hints.pop("return"))
    assert [name for name in hints.keys() - {"opts"} if f"`{name}`" not in arguments] == []
    assert [name for name in result if f"`{name}`" not in outputs] == []


def test_the_page_of_errors_has_every_class():
    """The table of error classes has each public one."""
    page = (DOCS / "errors.md").read_text()
    public = {name: getattr(pulumi_huaweicloud_css, name) for name in pulumi_huaweicloud_css.__all__}
    errors = [name for name, value in public.items() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(errors) > 8
    assert [name for name in errors if f"| `{name}` |" not in page] == []


def test_error_texts_of_the_page_are_those_of_the_code():
    """Each text by which a reader finds help, between its dots, is in a text of the package."""
    section = (DOCS / "errors.md").read_text().partition("## By text")[2].partition("### Pulumi")[0]
    cells = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    texts = [text for cell in cells for text in re.findall(r"`+ ?(.+?) ?`+", cell)]
    parts = [part.strip() for text in texts for part in text.split("…") if len(part.strip()) > 2]
    assert len(parts) > 40
    code = "\n".join(_texts_of_the_package())
    assert [part for part in parts if part not in code] == []


def _texts_of_the_package():
    """Return every text in the code; `…` stands for what is put into it."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
