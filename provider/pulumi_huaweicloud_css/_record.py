"""Validates the API's records with the compiled part of pydantic.

Its Python part, which makes models of classes, takes longer to load than most reads.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from pydantic_core import CoreConfig, SchemaValidator, core_schema

# Below this, a Unix time is in seconds (as milliseconds it would be in early 1973, before any cloud).
_SECONDS_BELOW = 100_000_000_000
_LATEST_MS = 253_402_300_799_999  # the end of the year 9999
_NUMBER = re.compile(r"\s*\d{1,17}(\.\d+)?\s*")
_TEXT = core_schema.str_schema(coerce_numbers_to_str=True)


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


def _no_truth_value(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is not a number")  # noqa: TRY004 - pydantic catches no TypeError
    return value


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


def _model(  # by the API's names or the fields'; the setting has another name since pydantic 2.11
    cls: type, extra: Literal["ignore", "allow"], fields: dict[str, core_schema.ModelField]
) -> core_schema.CoreSchema:
    config = cast("CoreConfig", {"populate_by_name": True, "validate_by_name": True, "validate_by_alias": True})
    return core_schema.model_schema(cls, core_schema.model_fields_schema(fields, extra_behavior=extra), config=config)


def _field(schema: core_schema.CoreSchema, alias: str) -> core_schema.ModelField:
    optional = core_schema.with_default_schema(core_schema.nullable_schema(schema), default=None)
    return core_schema.model_field(optional, validation_alias=alias)


def validators(record: type, page: type) -> tuple[SchemaValidator, SchemaValidator]:
    """Return what validates one record, and a page of records, and makes objects of these classes.

    Args:
        record: a class whose attributes are a record's fields.
        page: a class with the attributes `cluster_log_record` and `total_size`.
    """
    record_schema = _model(
        record,
        "ignore",
        {
            "id": core_schema.model_field(_TEXT),
            "cluster_id": _field(_TEXT, "clusterId"),
            "created_at": _field(_unix_time(), "createAt"),
            "finished_at": _field(_unix_time(), "finishedAt"),
            "log_path": _field(_TEXT, "logPath"),
            "status": _field(_TEXT, "status"),
            "job_type": _field(_TEXT, "jobTypes"),
            "job_id": _field(_TEXT, "jobId"),
            "failed_msg": _field(_TEXT, "failedMsg"),
        },
    )
    records = core_schema.tuple_schema([record_schema], variadic_item_index=0)
    total = core_schema.no_info_before_validator_function(_no_truth_value, core_schema.int_schema(ge=0))
    page_schema = _model(
        page,
        "allow",  # only to see whether there is an error beside the records
        {"cluster_log_record": _field(records, "clusterLogRecord"), "total_size": _field(total, "totalSize")},
    )
    return SchemaValidator(record_schema), SchemaValidator(page_schema)
