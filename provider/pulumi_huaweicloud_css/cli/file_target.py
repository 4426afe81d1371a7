"""A file as what is judged: the API's response, or the output of ``css-logs list --format json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .._backups.evaluate import RecordSet, Target, unreadable
from ..errors import CssError
from .errors import SourceError
from .input_file import name_of, read_input

if TYPE_CHECKING:
    from .._backups.cluster_search import SkippedCluster
    from .._backups.stack_outputs import StackRecords


def file_targets(file: str) -> tuple[Sequence[Target[RecordSet]], Sequence[SkippedCluster]]:
    """Return a file as targets, and the clusters that were skipped when it was written; "-" is standard input.

    It is one target, with the API's response or one cluster's outputs, or several, with what ``css-logs list`` wrote of
    several clusters. It is read here, because a pipe can be read once. One target is read anew at later looks, because
    a file may change while it is waited for.
    """
    name = name_of(file)
    try:
        first = _content(file)
        value = _json(first)
        if isinstance(value, dict) and "clusters" in value and not _ONE.intersection(value):
            from .listed_clusters import listed_targets  # here, because it loads all of pydantic

            return listed_targets(value, name, _outputs)
    except CssError as error:
        error.names_subject = True  # all of them begin with the file's name
        return [unreadable(name, error)], ()
    unread = [first]

    def read() -> RecordSet:
        try:
            return _records(first if file == "-" else unread.pop() if unread else _content(file), name)
        except CssError as error:
            error.names_subject = True  # likewise
            raise

    return [Target(name, read)], ()


# What tells the API's response, and one cluster's outputs.
_ONE = frozenset({"records", "clusterLogRecord"})


def _content(file: str) -> bytes:
    from .._api.attempt import MAX_BODY_BYTES

    return read_input(file, MAX_BODY_BYTES, "the limit of a response")


def _json(content: bytes) -> object:
    from .._api.body import load_json

    try:
        return load_json(content)
    except CssError:
        return None  # reported later, as the API's response


def _records(content: bytes, name: str) -> StackRecords:
    """Parse a file in either format.

    The API's response does not say which page it is, so unless its total matches its records, it counts as truncated.
    """
    from .._api.models import distinct, parse_page
    from .._backups.stack_outputs import StackRecords, one_cluster

    value = _json(content)
    if isinstance(value, dict) and "records" in value and "clusterLogRecord" not in value:
        return _outputs(value, name)
    try:
        page = parse_page(content, what="the file")
    except CssError as error:
        raise SourceError(f"{name}: {error}") from None
    complete = page.total_size == len(distinct(page.records))  # a total that is too small proves nothing
    truncated = not complete and bool(page.records or page.total_size)
    return StackRecords(page.records, one_cluster(page.records, None, name), truncated, page.total_size)


def _outputs(value: Mapping[str, object], name: str) -> StackRecords:
    """Read one cluster's outputs; without a total, nothing says that they are all."""
    from .._backups.stack_outputs import read_stack_output

    listed = read_stack_output(value, name)
    return replace(listed, truncated=listed.truncated or (listed.total_size is None and bool(listed.records)))
