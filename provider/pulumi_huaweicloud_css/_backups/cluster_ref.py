"""Which cluster is meant, and what it is called."""

from __future__ import annotations

from typing import NamedTuple

from .._text import sanitize

_LONGEST_NAME = 64


class ClusterRef(NamedTuple):
    """Which cluster a target is.

    Args:
        id: the cluster's id.
        name: its name; None if only the id is known.
        region: its region; None if only an endpoint is known.
        project_id: its project; None if it was not looked up.
    """

    id: str
    name: str | None = None
    region: str | None = None
    project_id: str | None = None

    @property
    def title(self) -> str:
        """The name, if there is one, and the id."""
        return f"{sanitize(self.name, _LONGEST_NAME)} ({self.id})" if self.name else self.id
