"""A log backup record, as plain data: what the API sends of it, validated by the compiled part of pydantic.

Its Python part, which makes models of classes, takes longer to load than most reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from pydantic_core import CoreConfig, SchemaValidator, core_schema

from ._time import rfc3339

if TYPE_CHECKING:
    from ._outputs import RecordOutputs


Outcome = Literal["SUCCESS", "RUNNING", "FAIL"]
_OUTCOMES: dict[str | None, Outcome] = {"SUCCESS": "SUCCESS", "RUNNING": "RUNNING", "FAIL": "FAIL"}

# Below this, a Unix time is in seconds (as milliseconds it would be in early 1973, before any cloud).
_SECONDS_BELOW = 100_000_000_000
_LATEST_MS = 253_402_300_799_999  # the end of the year 9999
_NUMBER = re.compile(r"\s*\d{1,17}(\.\d+)?\s*")
_TEXT = core_schema.str_schema(coerce_numbers_to_str=True)


@dataclass(frozen=True)
class Record:
    """One log backup task. Times are Unix times in milliseconds, None where the API has none."""

    id: str
    cluster_id: str | None = None
    created_at: int | None = None
    finished_at: int | None = None
    log_path: str | None = None
    status: str | None = None
    job_type: str | None = None
    job_id: str | None = None
    failed_msg: str | None = None

    @classmethod
    def of(cls, value: Mapping[str, object]) -> Record:
        """Return a record of the API's values, by the API's names or the fields'.

        Raises:
            ValueError: one of them is invalid.
        """
        return cls.validated(_VALIDATOR.validate_python(value))

    @classmethod
    def validated(cls, fields: dict[str, object]) -> Record:
        """Return a record of fields that the schema has validated: without the constructor, for it is slower."""
        record = object.__new__(cls)
        object.__setattr__(record, "__dict__", fields)
        return record

    @property
    def outcome(self) -> Outcome:
        """What the status means: SUCCESS, RUNNING, or FAIL, which stands for any other and for a missing one.

        Case and surrounding white space do not matter; a letter that only looks like an ASCII one is not equal to it.
        """
        status = self.status
        if status in _OUTCOMES:
            return _OUTCOMES[status]
        text = (status or "").strip()
        return _OUTCOMES.get(text.upper(), "FAIL") if text.isascii() else "FAIL"

    @property
    def time(self) -> int | None:
        """The time by which records are ordered, in Unix ms: the task's start, or its end if there is no start."""
        return self.created_at or self.finished_at

    def to_outputs(self) -> RecordOutputs:
        """Return the record as outputs: snake_case names, times as RFC 3339 text in UTC."""
        outputs = {**_NO_OUTPUTS, **self.__dict__}  # much faster than attribute by attribute
        for name in _TIMES:
            moment = outputs[name]
            if isinstance(moment, int):
                outputs[name] = rfc3339(moment)
        return cast("RecordOutputs", outputs)


# Of a validated record only the fields that were sent are there; the others are None, as in the class.
_TIMES = ("created_at", "finished_at")
_NO_OUTPUTS: dict[str, object] = dict.fromkeys(Record.__dataclass_fields__)


def _unix_ms(value: object) -> int | None:
    """Convert a Unix time, a number or text in milliseconds or seconds, to milliseconds; None for 0 and ""."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise ValueError("is not a Unix time")
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST_MS:
        raise ValueError("is not a Unix time")
    if value < _SECONDS_BELOW:
        value *= 1000
    return round(value) or None


def _unix_time() -> core_schema.CoreSchema:
    """Return the schema of a time: milliseconds, as documented, by compiled code; any other form by `_unix_ms`."""
    return core_schema.union_schema(
        [
            core_schema.int_schema(strict=True, ge=_SECONDS_BELOW, le=_LATEST_MS),
            core_schema.none_schema(),
            core_schema.no_info_plain_validator_function(_unix_ms),
        ],
        mode="left_to_right",
        custom_error_type="unix_time",
        custom_error_message="is not a Unix time",
    )


def dict_schema(  # by the API's names or the fields'; the setting has another name since pydantic 2.11
    extra: Literal["ignore", "allow"], fields: dict[str, core_schema.TypedDictField]
) -> core_schema.CoreSchema:
    """Return the schema of an object, of which a dictionary by the fields' names is made."""
    config = cast("CoreConfig", {"populate_by_name": True, "validate_by_name": True, "validate_by_alias": True})
    return core_schema.typed_dict_schema(fields, extra_behavior=extra, config=config)


def field_schema(schema: core_schema.CoreSchema, alias: str) -> core_schema.TypedDictField:
    """Return the schema of a field that may be null or missing."""
    return core_schema.typed_dict_field(core_schema.nullable_schema(schema), required=False, validation_alias=alias)


def record_schema() -> core_schema.CoreSchema:
    """Return the schema of one record."""
    return dict_schema(
        "ignore",
        {
            "id": core_schema.typed_dict_field(_TEXT),
            "cluster_id": field_schema(_TEXT, "clusterId"),
            "created_at": field_schema(_unix_time(), "createAt"),
            "finished_at": field_schema(_unix_time(), "finishedAt"),
            "log_path": field_schema(_TEXT, "logPath"),
            "status": field_schema(_TEXT, "status"),
            "job_type": field_schema(_TEXT, "jobTypes"),
            "job_id": field_schema(_TEXT, "jobId"),
            "failed_msg": field_schema(_TEXT, "failedMsg"),
        },
    )


_VALIDATOR = SchemaValidator(record_schema())
