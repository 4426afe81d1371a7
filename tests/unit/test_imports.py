"""What importing the package costs, in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

import pulumi_huaweicloud_css
import pytest

HEAVY = ("aiohttp", "pulumi", "pydantic", "requests", "urllib3")


def loaded_by(statement):
    """Return which of the heavy libraries a statement loads."""
    program = f"import json, sys\n{statement}\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_importing_the_package_loads_nothing():
    """`import pulumi_huaweicloud_css` loads neither pulumi nor an HTTP library nor pydantic."""
    assert loaded_by("import pulumi_huaweicloud_css, pulumi_huaweicloud_css.errors") == set()


def test_declaring_a_resource_loads_only_pulumi():
    """The names of a Pulumi program load no more of these libraries than pulumi itself does."""
    names = "LogRecords, LogRecord, GetLogRecordsResult, get_log_records, get_log_records_output"
    assert loaded_by(f"from pulumi_huaweicloud_css import {names}") == loaded_by("import pulumi") == {"pulumi"}


def test_client_works_without_pulumi():
    """`CssClient` and `query` load requests, but neither pulumi nor pydantic, of which the compiled part is enough."""
    loaded = loaded_by("from pulumi_huaweicloud_css import CssClient; import pulumi_huaweicloud_css._backups.query")
    assert loaded == {"requests", "urllib3"}


@pytest.mark.parametrize("name", pulumi_huaweicloud_css.__all__)
def test_public_name_resolves(name):
    """Every name that is promised is there, and `dir` lists it."""
    assert getattr(pulumi_huaweicloud_css, name) is not None
    assert name in dir(pulumi_huaweicloud_css)


def test_unknown_name_is_an_attribute_error():
    """A name that is not promised is refused as Python does it."""
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = pulumi_huaweicloud_css.Nothing


def test_star_import_brings_all_names():
    """`from ... import *` brings every promised name."""
    names: dict[str, object] = {}
    exec("from pulumi_huaweicloud_css import *", names)  # noqa: S102 - our own line
    assert set(pulumi_huaweicloud_css.__all__) <= set(names)


READ = """
from pulumi_huaweicloud_css._backups.query import log_records
import pulumi_huaweicloud_css._pulumi.outputs
settings = {"region": "cn-north-4", "accessKey": "a", "secretKey": "b", "projectId": "0" * 32, "maxRetries": 0}
settings["endpoints"] = {"css": "http://127.0.0.1:9"}
try:
    log_records({"cluster_id": "4213d908-f5dc-4633-8401-cfd7175fca0c"}, config=settings.get, environ={})
except Exception as error:
    assert "127.0.0.1:9" in str(error), error
"""


def test_a_read_loads_only_what_it_needs():
    """With all settings given, no module of files, agencies, temporary keys, lists or causes is loaded."""
    names = (
        *(
            "_config.koocli",
            "_config.temporary",
            "_api.agencies",
            "_api.projects",
            "_api.clusters",
            "_api.log_settings",
        ),
        *("_outputs", "_backups.outputs", "_backups.fleet", "_backups.selection", "cli"),
    )
    own = [f"pulumi_huaweicloud_css.{name}" for name in names]
    program = f"import json, sys\n{READ}\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"pydantic", "configparser", "difflib", *own} & set(json.loads(done.stdout)) == set()
