"""The table behind a timeline: what is said once above it, and what stays in its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pulumi_huaweicloud_css.report.rows import table_of

from tests.support.clusters import record

COMMON = [
    # paths, what is said once, what the rows then show
    (["bucket/css/log/1", "bucket/css/log/2"], "bucket/css/log/", ["1", "2"]),
    (["bucket/css/log/10", "bucket/css/log/11"], "bucket/css/log/", ["10", "11"]),
    (["bucket/css/log", "bucket/css/log/2"], "bucket/css/", ["log", "log/2"]),
    (["bucket/css/a", "bucket/log/b", "bucket/css/c"], None, None),  # bucket/ is too short to be said once
    (["buckets/css/a", "buckets/log/b", "buckets/css/c"], "buckets/", ["css/a", "log/b", "css/c"]),
    (["one/css/log/1", "two/css/log/1"], None, None),
    (["bucket/css/log/1", ""], None, ["bucket/css/log/1", "-"]),
    (["bucket/css/log/1", "", "bucket/css/log/2"], "bucket/css/log/", ["1", "-", "2"]),
    (["bucket/css/log/1"], None, None),
    (["bucket/css/log/", "bucket/css/log/"], "bucket/css/log/", ["-", "-"]),
    ([f"{'d' * 299}/1", f"{'d' * 299}/2"], f"{'d' * 299}/", ["1", "2"]),
    ([f"{'d' * 300}/1", f"{'d' * 300}/2"], None, [f"{'d' * 297}..."] * 2),
]


@pytest.mark.parametrize(("paths", "folder", "shown"), COMMON, ids=range(len(COMMON)))
def test_a_folder_that_all_paths_are_in_is_said_once(paths, folder, shown):
    """The longest folder of all paths is said above the table and left out in it, if that is worth a sentence."""
    table = table_of([record(hours_ago=hour, log_path=path) for hour, path in enumerate(paths, 1)], brief=False)
    said = [sentence for sentence in table.in_common if "paths" in sentence]
    assert said == ([] if folder is None else [f"All paths begin with {folder}"])
    column = table.headings.index("Path, or why it failed")
    assert [row.cells[column] for row in table.rows] == (paths if shown is None else shown)


def test_a_failures_reason_is_whole_though_it_begins_as_the_paths_do():
    """What is left out of paths is not left out of reasons, and a failed backup's path counts for the folder."""
    failed = record("FAIL", 1, log_path="other/folder/1", failed_msg="bucket/css/log/ is gone")
    good = [record(hours_ago=hour, log_path=f"bucket/css/log/{hour}") for hour in (2, 3)]
    assert next(row.cells[3] for row in table_of([failed, *good], brief=False).rows) == "bucket/css/log/ is gone"
    assert table_of([failed, *good], brief=False).in_common == ("All were started as Auto.",)
    alike = replace(failed, log_path="bucket/css/log/1")
    table = table_of([alike, *good], brief=False)
    assert table.in_common == ("All were started as Auto.", "All paths begin with bucket/css/log/")
    assert [row.cells[3] for row in table.rows] == ["bucket/css/log/ is gone", "2", "3"]


def test_a_folder_is_cleaned_as_everything_is():
    """A folder with control characters is shown without them, and its paths are still cut at its end."""
    records = [record(hours_ago=hour, log_path=f"bucket/\x1b[2Jcss/{hour}") for hour in (1, 2)]
    table = table_of(records, brief=True)
    assert table.in_common[-1] == "All paths begin with bucket/ [2Jcss/"
    assert [row.cells[-1] for row in table.rows] == ["1", "2"]
