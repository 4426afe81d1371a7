"""Keeps what was read of each subject while it is judged, for those who want to show more than the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from .targets import Judgeable, Subject

_Kept = TypeVar("_Kept")


def keeping(subjects: Iterable[Subject], keep: Callable[[Judgeable], _Kept]) -> tuple[list[Subject], dict[str, _Kept]]:
    """Return the same subjects, and where what is kept of each will be, by name, once it has been read.

    Args:
        subjects: what is to be judged.
        keep: takes from what was read what is worth keeping; called at each reading, the last one counts.
    """
    kept: dict[str, _Kept] = {}

    def keeper(subject: Subject) -> Callable[[], Judgeable]:
        def read() -> Judgeable:
            answer = subject.read()
            kept[subject.name] = keep(answer)
            return answer

        return read

    return [replace(subject, read=keeper(subject)) for subject in subjects], kept
