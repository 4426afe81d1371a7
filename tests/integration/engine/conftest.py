"""What the tests on the real engine share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

from pulumi_project import PulumiProject, engine_is_there


@pytest.fixture(scope="session", autouse=True)
def _engine() -> None:
    engine_is_there()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Serve a cluster with generated records."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def new_project(tmp_path: Path, emulator: Emulator) -> Callable[..., PulumiProject]:
    """Return a maker of projects that share one backend and are pointed at the emulator."""

    def make(
        program: str, name: str = "logs", *, environment: dict[str, str] | None = None, **config: str
    ) -> PulumiProject:
        project = PulumiProject(
            tmp_path / name,
            tmp_path / "home",
            emulator.environment() if environment is None else environment,
            name,
        )
        project.write(program)
        project.init(**config)
        return project

    return make
