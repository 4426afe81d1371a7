"""What can be read page by page: records, and clusters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar


class Listed(Protocol):
    """Something that is listed: its id and its start never change. It can be hashed."""

    @property
    def id(self) -> str:
        """Its id; "" if it has none."""

    @property
    def created_at(self) -> int | None:
        """When it was created, as Unix time in milliseconds."""


_Item_co = TypeVar("_Item_co", bound=Listed, covariant=True)


class Page(Protocol[_Item_co]):
    """One page of a list."""

    @property
    def records(self) -> tuple[_Item_co, ...]:
        """What is on the page, in the server's order."""

    @property
    def total_size(self) -> int | None:
        """How many there are on all pages; None if the site does not say."""


_Item = TypeVar("_Item", bound=Listed)

# Requests one page: position of its first record (from 1), size, and the name of the position's query parameter.
PageGetter = Callable[[int, int, str], Page[_Item]]
