"""The two pages that Pulumi's registry shows of a package, from the plugin's schema, the settings and tested blocks."""

from __future__ import annotations

import json
from typing import TypedDict

from pulumi_huaweicloud_css._config.table import SETTINGS, Setting
from pulumi_huaweicloud_css.plugin.catalogue import PACKAGE

from . import DOCS
from .blocks import blocks_of

_SCHEMA = DOCS.parent / "provider" / "pulumi_huaweicloud_css" / "plugin" / "schema.json"

# The registry's name of a language, and which page has which block as its example; a language without one is left out.
_EXAMPLES = {
    "python": ("gates.md", "gate"),
    "typescript": ("other-languages.md", "typescript"),
    "go": ("other-languages.md", "go"),
    "yaml": ("other-languages.md", "yaml"),
}
_CONFIGURATION = ("other-languages.md", "plugin-configuration")

_PAGE = """---
title: {title}
meta_desc: {description}
layout: package
---

<!-- Written by `make docs`. -->

{text}"""

_INDEX = """This package reads where the newest log backup of a cluster of Huawei Cloud's Cloud Search Service (CSS) is,
and whether it succeeded. Both are known in the preview, and a gate stops a deployment while backups are stale, failing
or stuck. The package only reads.

## Example

{{{{< chooser language "{languages}" >}}}}

{examples}
{{{{< /chooser >}}}}
"""

_EXAMPLE = """{{{{% choosable language {language} %}}}}

```{language}
{text}```

{{{{% /choosable %}}}}
"""

_INSTALLATION = """## Installation

- Python: `pip install pulumi-huaweicloud-css`. Programs in Python need no plugin.
- JavaScript, TypeScript: `{nodejs}`
- Go: `{go}`
- YAML and other languages: the plugin's functions, such as `{package}:index:getLogRecords`

The plugin `pulumi-resource-{package}` is also a command of the Python package: where that is installed, Pulumi finds it
on PATH.

## Configuration

An access key, a secret key and a region are enough. Set them in the stack's configuration:

```sh
{configuration}```

or in the environment, as `HW_ACCESS_KEY`, `HW_SECRET_KEY` and `HW_REGION_NAME`. Programs in Python have the same keys
in the namespace `huaweicloud`. The user whose keys these are needs the permission `css:log:listJob`.

| key | what | secret | environment |
| --- | --- | --- | --- |
{settings}
"""


class _Schema(TypedDict):
    displayName: str
    description: str
    language: dict[str, dict[str, object]]


def _schema() -> _Schema:
    schema: _Schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return schema


def index() -> str:
    """Return the overview: what the package is for, and a program in each language that has a tested one."""
    schema = _schema()
    texts = {language: _block(*place) for language, place in _EXAMPLES.items()}
    examples = {
        language: _EXAMPLE.format(language=language, text=text) for language, text in texts.items() if text is not None
    }
    text = _INDEX.format(languages=",".join(examples), examples="".join(examples.values()))
    return _page(schema["displayName"], schema["description"], text)


def installation() -> str:
    """Return how the package is installed in each language, and every setting."""
    schema = _schema()
    text = _INSTALLATION.format(
        package=PACKAGE,
        nodejs=schema["language"]["nodejs"]["packageName"],
        go=schema["language"]["go"]["importBasePath"],
        configuration=_block(*_CONFIGURATION),
        settings="\n".join(map(_row, SETTINGS)),
    )
    title = f"{schema['displayName']}: Installation & Configuration"
    return _page(title, "How to install the package, and how to configure keys, region and project.", text)


def _page(title: str, description: str, text: str) -> str:
    # A text of JSON is one of YAML, whatever is in it.
    return _PAGE.format(title=json.dumps(title), description=json.dumps(description), text=text)


def _block(page: str, name: str) -> str | None:
    return next((block.text for block in blocks_of(DOCS / page) if block.name == name), None)


def _row(setting: Setting) -> str:
    variables = [f"`{name}`" for name in (setting.terraform, setting.sdk, setting.sample) if name]
    secret = "yes" if setting.secret else "no"
    return f"| `{PACKAGE}:{setting.config}` | {setting.what} | {secret} | {', '.join(variables) or '-'} |"
