"""One verdict from all: whichever way records are read, they are judged alike, and as the rules say."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2, provider_pb2
from pulumi_huaweicloud_css import Gate, GateError, get_fleet_log_records, get_log_records
from pulumi_huaweicloud_css.cli.main import run
from pulumi_huaweicloud_css.plugin.provider import CssProvider
from pulumi_huaweicloud_css.policy.analyzer import PackAnalyzer
from pulumi_huaweicloud_css.resource import LogRecordsProvider

from tests.support import gate_rules
from tests.support.properties import asking
from tests.support.reading import without_none

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
HOUR_MS = 3_600_000
MAX_AGE, MAX_RUNNING = 26, 2  # hours
EXIT_CODES = {0: "passed", 1: "failed", 3: "pending"}

# In hours before the present, far enough from each limit for however long a test takes.
AGES = st.sampled_from([-48, -0.5, -0.1, 0.5, 1.5, 3, 25, 27, 100])
TIMES = AGES | st.sampled_from([None, "", 0]) | st.none()
STATUSES = st.sampled_from(["SUCCESS", "SUCCESS", "success ", "FAIL", "fail", "FAIL ", "FAILED", "RUNNING", "", None])
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["a", "b", "c", "d", ""]), "status": STATUSES, "createAt": TIMES, "finishedAt": TIMES},
        optional={"failedMsg": st.just("no room"), "clusterId": st.sampled_from([CLUSTER, CLUSTER.upper()])},
    ),
    max_size=5,
)


class _Conversation(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Site

    def do_GET(self) -> None:
        if self.path.endswith("/logs/settings"):
            page = b'{"logConfiguration":{"logSwitch":true,"autoEnable":false}}'
        else:
            asked = parse_qs(urlsplit(self.path).query)
            first, size = int(asked["offset"][0]), int(asked["limit"][0])
            page = self.server.page(self.server.records[first - 1 : first - 1 + size])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class _Site(http.server.ThreadingHTTPServer):
    """Serves the records of one example, with the total that it has."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.records: list[dict[str, Any]] = []
        self.total: int | None = None
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def page(self, records: list[dict[str, Any]]) -> bytes:
        total = {} if self.total is None else {"totalSize": self.total}
        return json.dumps({"clusterLogRecord": records, **total}).encode()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Site]:
    """A site whose records change with each example."""
    monkeypatch.setenv("HW_AUTH_TOKEN", "t")
    monkeypatch.setenv("HW_PROJECT_ID", "0123456789abcdef" * 2)
    monkeypatch.setenv("HW_MAX_RETRIES", "0")
    server = _Site()
    yield server
    server.shutdown()
    server.server_close()


class _Context:
    """What the engine's calls come with; an aborted one is an error of the test."""

    def abort(self, code: Any, details: str) -> None:
        raise AssertionError((code, details))


class _Refused(BaseException):
    """Ends a call, as the engine's own exception does: no last line of defence may catch it."""


class _Refusals(_Context):
    """The same, for a call that may be refused with a verdict's reason."""

    async def abort(self, _: Any, details: str) -> None:
        raise _Refused(details)


def by_function(url: str, gate: Gate) -> str:
    """`get_log_records`."""
    try:
        verdict = get_log_records(cluster_id=CLUSTER, endpoint=url, gate=gate).verdict
    except GateError as error:
        return error.verdict.state
    assert verdict is not None
    return verdict.state


def by_resource(url: str, gate: Gate) -> str:
    """`LogRecords`, as its provider's process reads it."""
    provider = LogRecordsProvider()
    provider._config = lambda _: None
    try:
        outputs = provider.read("id", {"cluster_id": CLUSTER, "endpoint": url, "gate": gate.to_dict()}).outs
    except GateError as error:
        return error.verdict.state
    return str(outputs["verdict"]["state"])


def by_fleet(url: str, gate: Gate) -> str:
    """`get_fleet_log_records`."""
    answer = get_fleet_log_records(cluster_ids=[CLUSTER], endpoint=url, gate=gate, on_error="collect")
    assert answer.verdicts is not None
    assert (answer.failed_cluster_ids == [CLUSTER]) == (answer.verdicts[CLUSTER].state != "passed")
    return answer.verdicts[CLUSTER].state


def by_command(*arguments: str) -> str:
    """`css-logs gate`."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["gate", *arguments])
    assert code in EXIT_CODES, (code, out.getvalue(), err.getvalue())
    return EXIT_CODES[code]


def by_plugin(url: str, gate: dict[str, Any]) -> str:
    """`getLogRecords` of the plugin."""
    arguments = struct_pb2.Struct()
    arguments.update({"clusterId": CLUSTER, "endpoint": url, "gate": gate})
    request = provider_pb2.InvokeRequest(tok="huaweicloud-css:index:getLogRecords", args=arguments)
    try:
        answer = asyncio.run(CssProvider().Invoke(request, _Refusals()))
    except _Refused as refused:
        return "pending" if "are not settled" in str(refused) else "failed"
    assert not answer.failures, answer.failures
    return str(json_format.MessageToDict(answer)["return"]["verdict"]["state"])


def by_policies(url: str, gate: dict[str, Any], output: Any) -> tuple[bool, bool]:
    """Say whether `log-backup-fresh` passes, and `log-outputs-fresh`, as in an update."""
    pack, context = PackAnalyzer(), _Context()
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for name, properties in (
        ("log-backup-fresh", {"clusterIds": [CLUSTER], "endpoint": url}),
        ("log-outputs-fresh", {"output": "logs"}),
    ):
        request.policyConfig[name].properties.update({**properties, **gate})
        request.policyConfig[name].enforcementLevel = analyzer_pb2.MANDATORY
    pack.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(), context)
    pack.Configure(request, context)
    asked = pack.Analyze(analyzer_pb2.AnalyzeRequest(type="pulumi:pulumi:Stack"), context)
    stack = analyzer_pb2.AnalyzeStackRequest()
    stack.resources.add(type="pulumi:pulumi:Stack").properties.update({"logs": output})
    shown = pack.AnalyzeStack(stack, context)
    assert not asked.not_applicable
    assert not shown.not_applicable
    return not asked.diagnostics, not shown.diagnostics


def exported(url: str) -> Any:
    """Return what a program exports of all that it read: entries that are None are left out."""
    return without_none(json.loads(json.dumps(get_log_records(cluster_id=CLUSTER, endpoint=url))))


@asking(10)
@given(records=RECORDS, total=st.sampled_from(["exact", "exact", "none", "more"]), failures=st.integers(0, 2))
def test_one_verdict_from_all(site, tmp_path_factory, records, total, failures):
    """Function, resource, fleet, plugin, both policies, cluster, file and stack output agree with the rules."""
    now = round(time.time() * 1000)
    records = [{**record, **_times(record, now)} for record in records]
    records = gate_rules.unique(records)
    site.records, site.total = records, {"exact": len(records), "none": None, "more": len(records) + 3}[total]
    limits = {"max_age": MAX_AGE * HOUR_MS, "max_running": MAX_RUNNING * HOUR_MS, "max_failures": failures}
    gate = Gate(max_age=f"{MAX_AGE}h", max_running=f"{MAX_RUNNING}h", max_consecutive_failures=failures)
    camel = {"maxAge": f"{MAX_AGE}h", "maxRunning": f"{MAX_RUNNING}h", "maxConsecutiveFailures": failures}
    options = [
        *("--max-age", f"{MAX_AGE}h", "--max-running", f"{MAX_RUNNING}h"),
        *("--max-consecutive-failures", str(failures)),
    ]
    asked = gate_rules.state(records, now=now, complete=total != "more", in_order=True, **limits)
    ways = {
        "function": by_function(site.url, gate),
        "resource": by_resource(site.url, gate),
        "fleet": by_fleet(site.url, gate),
        "plugin": by_plugin(site.url, camel),
        "command": by_command("--cluster-id", CLUSTER, "--endpoint", site.url, *options),
    }
    assert ways == dict.fromkeys(ways, asked)

    # Neither an output nor a file tells in which order records came.
    output = exported(site.url)
    shown = gate_rules.state(records, now=now, complete=total != "more", **limits)
    assert by_policies(site.url, camel, output) == (asked == "passed", shown == "passed")
    file = tmp_path_factory.getbasetemp() / "answer.json"
    file.write_bytes(site.page(records))
    complete = total == "exact" or (total == "none" and not records)
    assert by_command("--file", str(file), *options) == gate_rules.state(records, now=now, complete=complete, **limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi_huaweicloud_css.cli.stack_target._stack_output", lambda *_: (output, False))
        assert by_command("--stack", "dev", "--output", "logs", *options) == shown


def _times(record: dict[str, Any], now: int) -> dict[str, Any]:
    """Return a record's times as the API writes them."""
    names = ("createAt", "finishedAt")
    return {name: round(now - record[name] * HOUR_MS) if record[name] else record[name] for name in names}
