"""Errors that nobody expected: a program and the provider say where they came from, and nothing of their text."""

from __future__ import annotations

import traceback

import pytest
from pulumi_huaweicloud_css import get_log_records
from pulumi_huaweicloud_css._backups import query
from pulumi_huaweicloud_css.resource import LogRecordsProvider

A_CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"


@pytest.fixture
def _defective(monkeypatch):
    def log_records(*_arguments, **_more):
        raise KeyError("hush", "<{%boom%}>")

    monkeypatch.setattr(query, "log_records", log_records)


def _read_by_the_provider():
    provider = LogRecordsProvider()
    provider._config = {}.get
    provider.read("id", {"cluster_id": A_CLUSTER})


@pytest.mark.parametrize(
    "read", [_read_by_the_provider, lambda: get_log_records(cluster_id=A_CLUSTER)], ids=["resource", "function"]
)
@pytest.mark.usefixtures("_defective")
def test_an_unexpected_error_shows_its_place_and_not_its_text(read):
    """What Pulumi would print, traceback included, names the function that failed and the error's kind alone."""
    with pytest.raises(RuntimeError, match=r"^unexpected error KeyError; ") as error:
        read()
    printed = "".join(traceback.format_exception(error.value))
    assert "in log_records" in printed
    assert printed.count("hush") == 1  # this file's own line
    assert printed.count("<{%") == 1
    assert "hush" not in str(error.value)
