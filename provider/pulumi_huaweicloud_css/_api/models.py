"""The API's response as it is sent: strict about what matters, tolerant about formats.

Sites and versions of this API differ (times as numbers or text, in milliseconds or seconds; missing totals; new
fields and status values). What cannot be interpreted raises an `InvalidResponseError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict, TypeVar, cast

from pydantic_core import SchemaValidator, ValidationError, core_schema

from .._record import Record, dict_schema, field_schema, record_schema
from .._text import INEXACT, sanitize
from ..errors import InvalidResponseError
from .body import check_values, load_json, unique_keys
from .error_response import CODE_KEYS
from .pages import Listed

# Values of an error code's key that stand for no error.
_NO_ERROR = (None, "", 0, 200, "0", "200", False)


_Item = TypeVar("_Item", bound=Listed)


def distinct(records: Iterable[_Item]) -> list[_Item]:
    """Return records without duplicates; those without an id cannot be told apart, and are all kept."""
    seen: set[_Item] = set()
    kept: list[_Item] = []
    for record in records:
        if not record.id or record not in seen:
            kept.append(record)
            seen.add(record)
    return kept


@dataclass(frozen=True)
class RecordPage:
    """One page of records, and how many there are in total (None if the site does not say)."""

    cluster_log_record: tuple[Record, ...] | None = None
    total_size: int | None = None

    @property
    def records(self) -> tuple[Record, ...]:
        """The records, in the server's order."""
        return self.cluster_log_record or ()

    def redacted(self, redact: Callable[[str], str]) -> RecordPage:
        """Return the page with secrets redacted in the records' texts: a server may repeat what it was sent."""
        records = tuple(_redacted(record, redact) for record in self.records)
        return replace(self, cluster_log_record=records)


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is not a number")  # noqa: TRY004 - pydantic catches no TypeError
    return value


def _page_schema() -> core_schema.CoreSchema:
    total = core_schema.no_info_before_validator_function(_no_truth_value, core_schema.int_schema(ge=0, lt=INEXACT))
    return dict_schema(
        "allow",  # only to see whether there is an error beside the records
        {
            "cluster_log_record": field_schema(core_schema.list_schema(record_schema()), "clusterLogRecord"),
            "total_size": field_schema(total, "totalSize"),
        },
    )


class _PageFields(TypedDict, total=False):
    """What the schema returns of a page, besides unknown fields: of each record, only the keys that were sent."""

    cluster_log_record: list[dict[str, object]] | None
    total_size: int | None


def _field_names(schema: core_schema.CoreSchema) -> dict[str, str]:
    fields = cast("core_schema.TypedDictSchema", schema)["fields"]
    return {str(field["validation_alias"]): name for name, field in fields.items() if "validation_alias" in field}


_PAGE = SchemaValidator(_page_schema())
_FIELD_NAMES = _field_names(record_schema()) | _field_names(_page_schema())  # by the API's names


def parse_page(body: bytes, redact: Callable[[str], str] = str, *, what: str = "the API's response") -> RecordPage:
    """Parse one page of records.

    Args:
        body: the response's body.
        redact: redacts secrets in a text: a server may repeat what it was sent.
        what: what the body is, for the error.

    Raises:
        InvalidResponseError: the body is not JSON, or not a page of this API; the text says where and why.
    """
    check_values(body)
    try:
        fields = cast("_PageFields", _PAGE.validate_json(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        reason = first["msg"].removeprefix("Value error, ")
        shown = f", got {_short(redact(repr(first['input'])))}" if first["loc"] else ""
        raise InvalidResponseError(f"{what} is not a list of log backup records: {place}: {reason}{shown}") from None
    problem = _problem(fields)
    if problem is not None:
        raise InvalidResponseError(f"{what} is not a list of log backup records: the body: {problem}")
    _check_keys(fields, body)
    records = fields.get("cluster_log_record")
    return RecordPage(None if records is None else tuple(map(Record.validated, records)), fields.get("total_size"))


def check_cluster(
    cluster_id: str, named: Iterable[str | None], redact: Callable[[str], str], *, part: str = "a record in it is"
) -> bool:
    """Return whether a response names the requested cluster.

    Args:
        cluster_id: the requested cluster.
        named: the cluster ids in the response; None and "" name none.
        redact: redacts secrets in a text.
        part: what in the response names it, for the error.

    Raises:
        InvalidResponseError: one of them is another cluster, so the response does not belong to this request.
    """
    proved, requested = False, cluster_id.lower()
    for name in named:
        plain = (name or "").strip().lower()
        if plain and plain != requested:
            shown = sanitize(redact(name or ""), 80)
            raise InvalidResponseError(
                f"the response is not about cluster {cluster_id}, which was requested: {part} of cluster {shown}"
            )
        proved = proved or bool(plain)
    return proved


def check_no_error(document: Mapping[str, object]) -> None:
    """Reject a response with an error code, whatever else it has.

    Raises:
        InvalidResponseError: it has one.
    """
    key = _error_key(document)
    if key is not None:
        raise InvalidResponseError(f"the response has {key}, as errors have")


def _error_key(document: Mapping[str, object]) -> str | None:
    return next((key for key in (*CODE_KEYS, "error") if document.get(key) not in _NO_ERROR), None)


def _problem(fields: _PageFields) -> str | None:
    """Return why this is no page of records: it has an error code, whatever else it has, or no list; else None.

    A null list is an empty one, and a missing one only if the total is 0.
    """
    key = _error_key(fields)
    if key is not None:
        return f"it has {key}, as errors have"
    total = fields.get("total_size")
    null_list = "cluster_log_record" in fields and total is None
    missing = fields.get("cluster_log_record") is None and total != 0 and not null_list
    return "clusterLogRecord is missing" if missing else None


def _check_keys(fields: _PageFields, body: bytes) -> None:
    """Reject an object with a duplicate key, of which pydantic takes one.

    There is a colon for every key. So if there are as many colons as keys, no key is a duplicate; colons inside texts
    can be counted only if no text has escapes. Otherwise the body is parsed once more.
    """
    records = fields.get("cluster_log_record") or []
    colons, keys = body.count(b":"), len(fields) + sum(map(len, records))
    if colons == keys or (b"\\" not in body and colons == keys + _colon_count(records)):
        return
    load_json(body, _one_spelling)


def _one_spelling(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of these pairs; reject one that has a key by the API's name and by the field's."""
    made = unique_keys(pairs)
    if len({_FIELD_NAMES.get(key, key) for key in made}) != len(made):
        raise InvalidResponseError("an object in the response has a key in two spellings")
    return made


def _colon_count(records: list[dict[str, object]]) -> int:
    """Return how many colons there are in the records' texts."""
    texts = [value for record in records for value in record.values() if isinstance(value, str)]
    return "".join(texts).count(":")


def _redacted(record: Record, redact: Callable[[str], str]) -> Record:
    texts = {name: redact(value) for name, value in vars(record).items() if isinstance(value, str)}
    return Record.validated({**vars(record), **texts})


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
