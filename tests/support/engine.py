"""Projects on the real engine, as fixtures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi_huaweicloud_css.emulator import Emulator

from tests.support.pulumi_project import PulumiProject, engine_is_there


@pytest.fixture(scope="session", autouse=True)
def engine_is_on_path() -> None:
    """Fail at once where there is no engine."""
    engine_is_there()


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
