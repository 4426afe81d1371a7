"""Which clusters are meant: a selection by name, tags and the like, evaluated at each read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from .._text import a_few, as_given, sanitize
from .._validation import check_bool, check_text
from ..errors import ArgumentError, NoClusterError

if TYPE_CHECKING:
    from .._api.clusters import Cluster


@dataclass(frozen=True)
class ClusterSelector:
    """Which of a project's clusters are meant; `ClusterSelector()` is all of them.

    Args:
        names: names, or shell patterns such as ``prod-*``, of which a cluster has or matches one; case matters.
        tags: tags that a cluster has, all of them with these values.
        engine: ``elasticsearch``, ``opensearch`` or ``logstash``.
        enterprise_project_id: the enterprise project's id, ``0`` for the default one.
        allow_empty: whether the selection may match no cluster, which otherwise is an error.

    Raises:
        ArgumentError: a value is invalid.
    """

    names: Sequence[str] | None = None
    tags: Mapping[str, str] | None = None
    engine: str | None = None
    enterprise_project_id: str | None = None
    allow_empty: bool = False

    def __post_init__(self) -> None:
        """Check every value."""
        if self.names is not None:
            if isinstance(self.names, str) or not isinstance(self.names, Sequence):
                raise ArgumentError(
                    "names", f"{as_given(self.names)} is not a list of names or patterns such as prod-*"
                )
            if not self.names:
                raise ArgumentError("names", "the list is empty; leave it out to select clusters of any name")
            names = tuple(check_text("names", name, "a name or a pattern such as prod-*") for name in self.names)
            object.__setattr__(self, "names", names)
        if self.tags is not None:
            if not isinstance(self.tags, Mapping):
                raise ArgumentError("tags", f"{as_given(self.tags)} is not a mapping of tags' keys to their values")
            for key, value in self.tags.items():
                check_text("tags", key, "a tag's key")
                if not isinstance(value, str):
                    raise ArgumentError("tags", f"the value of {key}, {as_given(value)}, is not text")
            object.__setattr__(self, "tags", dict(self.tags))
        if self.engine is not None:
            check_text("engine", self.engine, "an engine such as elasticsearch")
        if self.enterprise_project_id is not None:
            check_text("enterprise_project_id", self.enterprise_project_id, "an enterprise project's id")
        check_bool("allow_empty", self.allow_empty)

    def __hash__(self) -> int:
        return hash((self.names, self.engine, self.enterprise_project_id, self.allow_empty))

    @classmethod
    def of(cls, value: ClusterSelector | Mapping[str, object]) -> ClusterSelector:
        """Return a selector from a selector, or from a mapping of its arguments.

        Raises:
            ArgumentError: it is neither, has an unknown argument, or a value is invalid.
        """
        if isinstance(value, ClusterSelector):
            return value
        names = [field.name for field in fields(cls)]
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            raise ArgumentError(
                "clusters", f"{as_given(value)} is not a ClusterSelector, nor a mapping of {', '.join(names)}"
            )
        allow_empty = value.get("allow_empty")
        return cls(
            names=cast("Sequence[str] | None", value.get("names")),
            tags=cast("Mapping[str, str] | None", value.get("tags")),
            engine=cast("str | None", value.get("engine")),
            enterprise_project_id=cast("str | None", value.get("enterprise_project_id")),
            allow_empty=False if allow_empty is None else cast("bool", allow_empty),
        )

    def to_dict(self) -> dict[str, object]:
        """Return the selector as plain JSON values, without those that are None; `of` reads it back."""
        given: dict[str, object] = {
            "names": None if self.names is None else list(self.names),
            "tags": None if self.tags is None else dict(self.tags),
            "engine": self.engine,
            "enterprise_project_id": self.enterprise_project_id,
            "allow_empty": self.allow_empty,
        }
        return {name: value for name, value in given.items() if value is not None}

    def matches(self, cluster: Cluster) -> bool:
        """Return whether a cluster is meant."""
        return (
            (self.names is None or any(_is_called(cluster, name) for name in self.names))
            and all(cluster.tags.get(key) == value for key, value in (self.tags or {}).items())
            and (self.engine is None or (cluster.engine or "").lower() == self.engine.lower())
            and (self.enterprise_project_id is None or cluster.enterprise_project_id == self.enterprise_project_id)
        )

    def select(self, clusters: Sequence[Cluster]) -> list[Cluster]:
        """Return the clusters that are meant, by name and id, for a site promises no order.

        Raises:
            NoClusterError: none is, or none by one of the names, and `allow_empty` is not set.
        """
        selected = sorted((each for each in clusters if self.matches(each)), key=lambda each: (each.name, each.id))
        if not self.allow_empty:
            self._check_found(clusters, selected)
        return selected

    def _check_found(self, clusters: Sequence[Cluster], selected: Sequence[Cluster]) -> None:
        """Refuse a name that finds nothing, too: a misspelled one would leave its clusters unread."""
        unused = [name for name in self.names or () if not any(_is_called(each, name) for each in selected)]
        if selected and not unused:
            return
        wanted = self._in_words(unused or self.names or ())
        raise NoClusterError(
            "clusters",
            f"no cluster matches{f' {sanitize(wanted)}' if wanted else ''}; {there_are(clusters, unused)}",
        )

    def _in_words(self, names: Sequence[str]) -> str:
        """Return what is selected, with these names, in words that every way in shares."""
        words = [f"the name {' or '.join(names)}"] if names else []
        words += [f"the tag {key}={value}" for key, value in (self.tags or {}).items()]
        words += [] if self.engine is None else [f"the engine {self.engine}"]
        if self.enterprise_project_id is not None:
            words.append(f"the enterprise project {self.enterprise_project_id}")
        return " and ".join(words)


def _is_called(cluster: Cluster, name: str) -> bool:
    """Return whether a cluster has this name, which may have characters of a pattern, or matches it as a pattern."""
    return cluster.name == name or fnmatchcase(cluster.name, name)


def cluster_of_name(clusters: Sequence[Cluster], name: str) -> Cluster:
    """Return the one cluster that has exactly this name.

    Raises:
        NoClusterError: there is none.
        ArgumentError: there are several.
    """
    found = sorted((each for each in clusters if each.name == name), key=lambda each: each.id)
    if len(found) == 1:
        return found[0]
    shown = sanitize(name, 100)
    if not found:
        raise NoClusterError("cluster_name", f"no cluster is called {shown}; {there_are(clusters, (name,))}")
    ids = a_few([each.id for each in found])
    raise ArgumentError("cluster_name", f"{len(found)} clusters are called {shown}; give the id of one: {ids}")


def there_are(clusters: Sequence[Cluster], wanted: Sequence[str]) -> str:
    """Return which clusters there are, for an error: a few names, the nearest to the wanted ones first."""
    import difflib

    names = sorted({each.name for each in clusters if each.name})
    if not names:
        return "the project has no clusters" if not clusters else "the clusters of the project have no names"
    plain = [name.strip("*?").lower() for name in wanted]

    def distance(name: str) -> float:
        return -max((difflib.SequenceMatcher(None, name.lower(), each).ratio() for each in plain), default=0.0)

    return f"there {'is' if len(names) == 1 else 'are'} {a_few(sorted(names, key=distance))}"
