"""Emulators as fixtures: any number of them, and the one that most tests ask."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from pulumi_huaweicloud_css.emulator import Agency, Cluster, Emulator, Project, Site


@pytest.fixture
def start() -> Iterator[Callable[..., Emulator]]:
    """Start emulators that are stopped at the end of the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **settings: stack.enter_context(Emulator(**settings))


@pytest.fixture
def emulator(start: Callable[..., Emulator]) -> Emulator:
    """An emulator as it is by default: it serves a cluster with generated records."""
    return start()


@pytest.fixture
def start_emulator(start: Callable[..., Emulator]) -> Callable[..., Emulator]:
    """Start emulators of one project with these clusters, that are stopped at the end of the test."""

    def start_with(*clusters: Cluster, agencies: Sequence[Agency] = (), **settings: Any) -> Emulator:
        projects = [Project(clusters=clusters or [Cluster()])]
        return start(site=Site(projects=projects, agencies=agencies), **settings)

    return start_with
