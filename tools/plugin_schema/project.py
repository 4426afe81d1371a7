"""Where the project lives and who publishes it, as pyproject.toml says: the one place to change once it has a home."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

_PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]

LICENSE: str = _PROJECT["license"]
HOMEPAGE: str = _PROJECT["urls"]["Homepage"]
REPOSITORY: str = _PROJECT["urls"]["Repository"]

_HOST, _PATH = urlsplit(REPOSITORY)[1:3]
PUBLISHER = _PATH.split("/")[1]

# Where Pulumi finds the archives of a release: among the files of the repository's release of that version.
PLUGIN_DOWNLOAD_URL = f"{_HOST.partition('.')[0]}://api.{_HOST}{_PATH}"

# The folder's path is part of it, as in each Go module that is not at the top of its repository.
GO_MODULE = f"{_HOST}{_PATH}/sdk/go/huaweicloudcss"

# What Maven Central gives to whom the repository belongs; Java has no hyphens in names.
JAVA_PACKAGE = f"io.{_HOST.partition('.')[0]}.{PUBLISHER.replace('-', '_')}"
