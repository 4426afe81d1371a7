"""Whatever a server says, a client gets an answer or one of our errors, never another exception."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from pulumi_huaweicloud_css._api import client as api_client
from pulumi_huaweicloud_css._api.client import CssClient
from pulumi_huaweicloud_css._api.models import RecordPage
from pulumi_huaweicloud_css._backups.result import LogRecordsResult
from pulumi_huaweicloud_css._config.settings import resolve
from pulumi_huaweicloud_css.errors import CssError

from tests.support.properties import asking
from tests.support.reading import log_records

CLUSTER_ID = "4213d908-f5dc-4633-8401-cfd7175fca0c"

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["RUNNING", "SUCCESS", "FAIL", "1656042837000", 1656042837000, 1656042837, 10**400, -1, "9" * 5000]
    )
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
)
FIELDS = ("id", "clusterId", "createAt", "logPath", "status", "finishedAt", "jobTypes", "failedMsg", "jobId")
RECORDS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, SCALARS | JSON))
ERRORS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("errCode", "externalMessage", "error_code", "error_msg", "code", "message", "error"), JSON),
)
# Anything at all, what looks like an answer but for its values, and what looks like a refusal.
DOCUMENTS = (
    JSON
    | st.fixed_dictionaries({"clusterLogRecord": st.lists(RECORDS | JSON, max_size=4)}, optional={"totalSize": SCALARS})
    | ERRORS
)
BODIES = DOCUMENTS.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=60)
STATUSES = st.sampled_from([200, 200, 200, 202, 204, 301, 400, 401, 403, 404, 409, 412, 418, 429, 500, 503])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer with what the test says; a 204 has no body."""
        status, body = self.server.says
        body = b"" if status == 204 else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def server():
    """Serve on this machine whatever `says` holds: a status and a body."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.says = (200, b"")
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def environ(server):
    """Give the settings of somebody who asks that server, once: how retries go is tested elsewhere."""
    return {
        "HW_ACCESS_KEY": "TESTACCESSKEY",
        "HW_SECRET_KEY": "planted-secret-key",
        "HW_PROJECT_ID": "0123456789abcdef" * 2,
        "HW_MAX_RETRIES": "0",
        "HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4": f"http://127.0.0.1:{server.server_address[1]}",
        "HW_REGION_NAME": "cn-north-4",
    }


@pytest.fixture(scope="module")
def client(environ):
    """Give a client of that server."""
    with CssClient(_settings=resolve(environ=environ)) as client:
        yield client


@pytest.fixture(scope="module", autouse=True)
def _shared_client_is_closed():
    """Close the client that `log_records` keeps."""
    made = []

    class Noted(CssClient):
        def __init__(self, *arguments, **settings):
            super().__init__(*arguments, **settings)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api_client, "CssClient", Noted)
        yield
    api_client._shared_client.cache_clear()
    for client in made:
        client.close()


def _answer_or_error(ask):
    """Return the answer, or None if one of our errors was raised; its text is one line without the secret."""
    try:
        return ask()
    except CssError as error:
        raised = error
    text = str(raised)
    assert text.strip()
    assert "\n" not in text
    assert "planted-secret-key" not in text + repr(raised)
    return None


@asking(2)
@given(status=STATUSES, body=BODIES)
@example(status=200, body=b"[" * 100_000)
@example(status=400, body=b'{"error":' * 100_000)
@example(status=200, body=b'{"clusterLogRecord": [{"id": "a", "createAt": 1e400}]}')
@example(status=200, body=b'{"clusterLogRecord": [{"id": "\\ud800", "createAt": 1656042837000}]}')
@example(status=500, body=b"planted-secret-key")
def test_one_page_is_an_answer_or_our_error(server, client, status, body):
    """`CssClient` takes any status with any body."""
    server.says = (status, body)
    page = _answer_or_error(lambda: client.list_log_records(CLUSTER_ID))
    assert page is None or isinstance(page, RecordPage)
    assert page is None or 200 <= status < 300  # any 2xx that carries records and no error is read


@asking(1.5)
@given(body=BODIES, status=st.sampled_from([None, "SUCCESS", "FAIL", "NOT_FAIL"]))
def test_a_whole_answer_is_an_answer_or_our_error(server, environ, body, status):
    """`log_records` takes any body; what it answers can be written as JSON."""
    server.says = (200, body)
    answer = _answer_or_error(lambda: log_records(cluster_id=CLUSTER_ID, status=status, environ=environ))
    if answer is not None:
        assert isinstance(answer, LogRecordsResult)
        outputs = json.loads(json.dumps(answer.to_outputs(), allow_nan=False))
        assert outputs["count"] == len(outputs["records"])
