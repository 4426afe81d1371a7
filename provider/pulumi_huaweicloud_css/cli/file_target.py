"""A file as what is judged: the API's response, or the output of ``css-logs list --format json``."""

from __future__ import annotations

from dataclasses import replace

from .._backups.evaluate import RecordSet, Target
from ..errors import CssError
from .input_file import name_of, read_input
from .source_error import SourceError


def file_target(file: str) -> Target[RecordSet]:
    """Return a file as a target; "-" is standard input.

    It contains the API's response, or the output of ``css-logs list --format json``. The API's response does not say
    which page it is, so unless its total matches its records, it counts as truncated.
    """
    name = name_of(file)
    body: list[bytes] = []

    def read() -> RecordSet:
        from .._api.attempt import MAX_BODY_BYTES

        try:
            if file != "-" or not body:
                # A file may change while waiting; standard input is read once.
                body[:] = [read_input(file, MAX_BODY_BYTES, "the limit of a response")]
            return _file_records(body[0], name)
        except CssError as error:
            error.names_subject = True  # all of them begin with the file's name
            raise

    return Target(name, read)


def _file_records(body: bytes, name: str) -> RecordSet:
    """Parse a file in either format."""
    from .._api.body import load_json
    from .._api.models import distinct, parse_page
    from .._backups.stack_outputs import StackRecords, one_cluster, read_stack_output

    try:
        value = load_json(body)
    except CssError:
        value = None  # reported below, as the API's response
    if isinstance(value, dict) and "records" in value and "clusterLogRecord" not in value:
        listed = read_stack_output(value, name)
        return replace(listed, truncated=listed.truncated or (listed.total_size is None and bool(listed.records)))
    try:
        page = parse_page(body, what="the file")
    except CssError as error:
        raise SourceError(f"{name}: {error}") from None
    complete = page.total_size == len(distinct(page.records))  # a total that is too small proves nothing
    truncated = not complete and bool(page.records or page.total_size)
    return StackRecords(page.records, one_cluster(page.records, None, name), truncated, page.total_size)
