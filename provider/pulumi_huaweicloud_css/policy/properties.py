"""The types of the policies' properties: what each may hold, for the engine's JSON schema and for validation.

Each check raises an ArgumentError, of which the reason is used: the property's name is known where it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from .._durations import Duration as AnyDuration
from .._durations import parse_duration
from .._text import as_sent
from .._validation import check_cluster_id, check_int, check_text
from ..errors import ArgumentError

_A_PATTERN = "a name or a pattern such as prod-*"


def _of_type(value: object, kinds: type | tuple[type, ...], what: str) -> object:
    """Return a value of the right type; an error shows any other as the configuration has it, not as Python does."""
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise ArgumentError("type", f"{as_sent(value)} is not {what}")
    return value


def _duration(value: object) -> timedelta:
    return parse_duration("duration", _of_type(value, (str, int, float), "a duration"))


def _failures(value: object) -> int:
    return check_int("failures", _of_type(value, (int, float), "an integer of at least 0"), 0)


def _text(value: object) -> str:
    return check_text("text", _of_type(value, str, "a text"), "a text")


def _cluster_id(value: object) -> str:
    return check_cluster_id(_of_type(value, str, "a CSS cluster's id"))


def _pattern(value: object) -> str:
    return check_text("pattern", _of_type(value, str, _A_PATTERN), _A_PATTERN)


def _tags(value: object) -> object:
    if not isinstance(value, Mapping) or not value:
        raise ArgumentError("tags", f"{as_sent(value)} is not an object of at least one tag, such as stage: prod")
    for key, each in value.items():
        check_text("tags", key, "a tag's key")
        if not isinstance(each, str):
            raise ArgumentError("tags", f"the value of {key}, {as_sent(each)}, is not text")
    return value


def _true(value: object) -> bool:
    if value is not True:
        raise ArgumentError("true", "it can only be true; leave it out, and give clusterIds, clusterNames or tags")
    return True


def _listed(what: str) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not isinstance(value, list) or not value:
            raise ArgumentError("list", f"{as_sent(value)} is not a list of at least one {what}")
        return value

    return check


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


Duration = Annotated[AnyDuration, BeforeValidator(_duration), WithJsonSchema({"type": ["string", "number"]})]
Failures = Annotated[int, Field(ge=0), BeforeValidator(_failures)]
Text = Annotated[str, Field(min_length=1), BeforeValidator(_text)]
Setting = Annotated[str | None, BeforeValidator(_text), WithJsonSchema({"type": "string"})]
OnlyTrue = Annotated[bool, BeforeValidator(_true)]
_ClusterId = Annotated[str, BeforeValidator(_cluster_id)]
_Pattern = Annotated[str, Field(min_length=1), BeforeValidator(_pattern)]
ClusterIds = Annotated[
    tuple[_ClusterId, ...], Field(min_length=1), BeforeValidator(_listed("cluster id")), AfterValidator(_unique)
]
Patterns = Annotated[tuple[_Pattern, ...], Field(min_length=1), BeforeValidator(_listed("name or pattern"))]
Regions = Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_listed("region"))]
Tags = Annotated[dict[str, str], Field(min_length=1), BeforeValidator(_tags)]
