"""What the transport never does: read without end, follow redirects, trust anybody, tell secrets."""

from __future__ import annotations

import gzip
import json
import threading
import zlib

import pytest
import requests
import urllib3
from pulumi_huaweicloud_css._api import attempt as attempt_module
from pulumi_huaweicloud_css._api import hosts
from pulumi_huaweicloud_css._api.deadline import Deadline
from pulumi_huaweicloud_css._api.signing import TokenAuth
from pulumi_huaweicloud_css._api.transport import Transport
from pulumi_huaweicloud_css._backups.query import LogRecordsQuery, read
from pulumi_huaweicloud_css._config.credentials import Credentials
from pulumi_huaweicloud_css.emulator import Backups, Site
from pulumi_huaweicloud_css.errors import ApiError, CssConnectionError, CssError, InvalidResponseError

from tests.support.tls import unsigned_certificate

CLUSTER = "4213d908-f5dc-4633-8401-cfd7175fca0c"
GOOD = (200, {"clusterLogRecord": [], "totalSize": 0})
MIB = 1024 * 1024


def compress(body):
    """Pack a body; without the time, so that tests have the same names in every process."""
    return gzip.compress(body, mtime=0)


def chunked(body, size=1000):
    """Return an HTTP answer's body in the chunked form."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def large(body, *headers):
    """Return a raw answer with this body and these header lines."""
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"", body])


BODY = b'{"clusterLogRecord": []' + b" " * 5000 + b"}"


@pytest.mark.parametrize(
    "answer",
    [
        (200, BODY),
        (400, BODY),
        (503, BODY),
        large(BODY),
        large(chunked(BODY), b"Transfer-Encoding: chunked"),
        large(compress(BODY), b"Content-Encoding: gzip", b"Content-Length: %d" % len(compress(BODY))),
        large(chunked(compress(BODY)), b"Content-Encoding: gzip", b"Transfer-Encoding: chunked"),
    ],
    ids=["length", "refusal", "server-error", "until-close", "chunked", "gzip", "gzip-chunked"],
)
def test_body_over_the_limit_is_refused(answering, connect, monkeypatch, answer):
    """However a body is sent and packed, its unpacked size is limited, and it is not asked for again."""
    monkeypatch.setattr(attempt_module, "MAX_BODY_BYTES", 5000)
    server = answering(answer)
    with pytest.raises(InvalidResponseError, match=rf"the response from {server.url}/.* is larger than"):
        connect(server.url).list_log_records(CLUSTER)
    assert len(server.asked) == 1
    monkeypatch.setattr(attempt_module, "MAX_BODY_BYTES", len(BODY))
    if server.answers[0][0] not in (400, 503):
        assert connect(server.url).list_log_records(CLUSTER).records == ()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"deflate", zlib.compress(BODY)),
        (b"br", BODY),
        (b"gzip, gzip", compress(compress(BODY))),
        (b"gzip\r\nContent-Encoding: gzip", compress(compress(BODY))),
    ],
)
def test_packing_that_was_not_asked_for(answering, connect, coding, body):
    """Only gzip, once, is asked for; anything else is not unpacked, however small it is."""
    server = answering(large(body, b"Content-Encoding: " + coding))
    with pytest.raises(InvalidResponseError, match="Content-Encoding that was not requested"):
        connect(server.url).list_log_records(CLUSTER)
    assert server.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    "packed",
    [compress(BODY) * 2, compress(BODY) + b"x", compress(BODY)[:-1]],
    ids=["two", "more", "cut"],
)
def test_gzip_that_is_not_one_whole_stream(answering, connect, packed):
    """Behind a gzip stream there is nothing, and its end is there."""
    server = answering(large(packed, b"Content-Encoding: gzip", b"Content-Length: %d" % len(packed)))
    with pytest.raises(CssConnectionError, match="gzip stream"):
        connect(server.url, HW_MAX_RETRIES="0").list_log_records(CLUSTER)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\n\r\n",
    ],
    ids=["answer", "refusal", "odd-redirect", "redirect"],
)
def test_rest_of_a_body_over_the_limit_is_not_read(answering, connect, monkeypatch, head):
    """Reading stops soon after the limit: a server cannot get rid of an endless body."""
    monkeypatch.setattr(attempt_module, "MAX_BODY_BYTES", MIB)
    sent = []

    def endless(_):
        yield head
        for _ in range(64):
            sent.append(MIB)
            yield b" " * MIB

    with pytest.raises(CssError):
        connect(answering(endless).url, HW_MAX_RETRIES="0").list_log_records(CLUSTER)
    assert sum(sent) < 64 * MIB


@pytest.mark.parametrize("cut", [1, 10, 11, 30])
def test_packed_body_may_arrive_in_pieces(answering, connect, cut):
    """A piece that unpacks to nothing, such as gzip's header alone, is not taken for the end."""
    packed = compress(json.dumps({"clusterLogRecord": [{"id": "a"}]}).encode())
    gate = threading.Event()

    def pieces(_):
        yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
        for piece in (packed[:cut], packed[cut:]):
            gate.wait(0.05)
            yield piece

    page = connect(answering(pieces).url).list_log_records(CLUSTER)
    assert [record.id for record in page.records] == ["a"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("variables", [{}, {"HW_AUTH_TOKEN": "hush"}], ids=["key-pair", "token"])
def test_redirect_is_not_followed(answering, connect, status, variables):
    """The second address gets no request, so no signature or token either; the error says what happened."""
    second = answering(GOOD)
    first = answering((status, b"", {"Location": f"{second.url}/v1.0"}))
    with pytest.raises(ApiError) as refused:
        connect(first.url, **variables).list_log_records(CLUSTER)
    assert (refused.value.status, len(first.asked), second.asked) == (status, 1, [])
    assert "never sent on to another address" in str(refused.value)


def test_redirect_keeps_the_servers_own_words(answering, connect):
    """The code and the message in a redirect's body are in the error, as those of other refusals are."""
    answer = (302, {"code": "MOVED", "message": "gone elsewhere"}, {"Location": "https://example.com/"})
    with pytest.raises(ApiError) as refused:
        connect(answering(answer).url).list_log_records(CLUSTER)
    assert (refused.value.code, refused.value.message) == ("MOVED", "gone elsewhere")


@pytest.mark.parametrize("location", ["http://[", "", "//", "x" * 9000, "http://\u00e9/", "javascript:0"])
def test_redirect_to_nonsense_is_a_redirect(answering, connect, location):
    """Wherever a redirect leads, it is the refusal with its own status."""
    raw = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    with pytest.raises(ApiError) as refused:
        connect(answering(raw).url).list_log_records(CLUSTER)
    assert refused.value.status == 302


def test_pages_share_a_connection(start, connect):
    """All pages of a question go over one connection."""
    emulator = start(site=Site.of_one_cluster(backups=Backups(count=2500)))
    read(connect(emulator), LogRecordsQuery(CLUSTER))
    assert len(emulator.requests) == 3
    assert len({request.peer_port for request in emulator.requests}) == 1


def test_threads_share_connections(emulator, connect):
    """A thread takes over the connection that another thread has finished with."""
    client = connect(emulator)
    for _ in range(4):
        thread = threading.Thread(target=client.list_log_records, args=(CLUSTER,))
        thread.start()
        thread.join()
    assert len(emulator.requests) == 4
    assert len({request.peer_port for request in emulator.requests}) == 1


def test_connections_after_a_refusal_are_not_reused(emulator, connect):
    """A refusal says nothing of which question it is the answer to, so its connection is closed."""
    client = connect(emulator)
    with pytest.raises(ApiError):
        client.list_log_records(CLUSTER.replace("4", "5"))
    client.list_log_records(CLUSTER)
    assert len({request.peer_port for request in emulator.requests}) == 2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody has signed, and a context that serves it."""
    return unsigned_certificate(tmp_path_factory.mktemp("tls"))


def test_untrusted_certificate_is_one_clear_error(start, connect, certificate, pauses):
    """A certificate that cannot be verified is refused at once; the error says what can be done."""
    emulator = start(ssl_context=certificate[1])
    with pytest.raises(CssConnectionError, match=r"TLS to https://.* failed: .*certificate verify failed") as refused:
        connect(emulator).list_log_records(CLUSTER)
    assert "HW_INSECURE=true" in str(refused.value)
    assert "attempts" not in str(refused.value)
    assert (pauses, emulator.requests) == ([], [])


def test_insecure_accepts_it_with_a_warning(start, connect, certificate):
    """Where the settings say so, any certificate is accepted, and there is a warning."""
    emulator = start(ssl_context=certificate[1])
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        assert connect(emulator, HW_INSECURE="true").list_log_records(CLUSTER).records


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_insecure_counts_before_a_bundle_in_the_environment(start, connect, certificate, monkeypatch, variable):
    """`insecure` also works on a machine that has a bundle of certificate authorities of its own."""
    monkeypatch.setenv(variable, requests.certs.where())
    monkeypatch.setattr(hosts, "is_loopback", lambda _: False)  # as any other address
    emulator = start(ssl_context=certificate[1])
    with pytest.warns(urllib3.exceptions.InsecureRequestWarning):
        assert connect(emulator, HW_INSECURE="true", NO_PROXY="*").list_log_records(CLUSTER).records


def test_bundle_in_the_environment_is_trusted(start, connect, certificate, monkeypatch):
    """What the error recommends works, for an emulator too: REQUESTS_CA_BUNDLE makes the certificate trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    emulator = start(ssl_context=certificate[1])
    assert connect(emulator).list_log_records(CLUSTER).records


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_proxy_is_not_used_for_loopback(start, connect, answering, monkeypatch, variable, host):
    """A proxy of the environment is for the world outside: this machine is asked directly."""
    proxy = answering(GOOD)
    monkeypatch.setenv(variable, proxy.url)
    emulator = start(host=host)
    url = emulator.endpoint.replace("127.0.0.1", host)
    keys = {"HW_ACCESS_KEY": emulator.access_key, "HW_SECRET_KEY": emulator.secret_key}
    assert connect(url, **keys).list_log_records(CLUSTER).total_size == 37
    assert proxy.asked == []


def test_proxy_is_used_for_the_world_outside(answering, monkeypatch):
    """For any other address the environment's proxy is asked."""
    proxy = answering(GOOD)
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "")
    transport = Transport(Credentials(token="t"), max_retries=0)
    assert transport.get("http://css.example.invalid/x", {}, TokenAuth("t"), Deadline()).status == 200
    transport.close()
    assert proxy.asked[0].target == "http://css.example.invalid/x"
