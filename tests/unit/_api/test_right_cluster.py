"""Records of another cluster are refused, and a doubtful error is asked about once more."""

from __future__ import annotations

import json

import pytest
from pulumi_huaweicloud_css.errors import ApiError, InvalidResponseError

from tests.support.raw_server import A, B, answer, page


@pytest.mark.parametrize("others", [[B], [A, B], [B, A], [A, None, B], [A, "", B], [A, f" {B} "]])
def test_records_of_another_cluster_are_refused(serving, connect, others):
    """A page with a record that names another cluster is refused whole; the error names both."""
    records = [{"id": str(number), "clusterId": cluster_id} for number, cluster_id in enumerate(others)]

    def talk(connection):
        while connection.next():
            connection.send(answer(json.dumps({"clusterLogRecord": records}).encode()))

    server = serving(talk)
    with pytest.raises(InvalidResponseError, match=f"{A}.*{B}"):
        connect(server.url).list_log_records(A)
    assert len(server.connections) == 1


@pytest.mark.parametrize("others", [[A.upper()], [f" {A}\t"], [A, None], [None, ""], [" "]])
def test_records_of_the_cluster_itself_are_not(serving, connect, others):
    """Ids are compared without regard to case and space, and a record without one is nobody else's."""
    records = [{"id": str(number), "clusterId": cluster_id} for number, cluster_id in enumerate(others)]

    def talk(connection):
        while connection.next():
            connection.send(answer(json.dumps({"clusterLogRecord": records}).encode()))

    assert len(connect(serving(talk).url).list_log_records(A).records) == len(others)


def test_name_of_the_other_cluster_is_safe_to_print(serving, connect):
    """What a server says instead of a cluster's id is shown short, on one line and without secrets."""
    record = {"id": "x", "clusterId": "test-secret-key\x1b[31m\n" + "z" * 9999}

    def talk(connection):
        while connection.next():
            connection.send(answer(json.dumps({"clusterLogRecord": [record]}).encode()))

    with pytest.raises(InvalidResponseError) as refused:
        connect(serving(talk).url).list_log_records(A)
    text = str(refused.value)
    assert "test-secret-key" not in text
    assert len(text) < 400
    assert text.isprintable()


def test_error_on_a_new_connection_is_asked_once(serving, connect):
    """Only what may be meant for another question is asked for anew."""

    def talk(connection):
        while connection.next():
            connection.send(answer(b'{"errCode":"CSS.3027"}', 404))

    server = serving(talk)
    with pytest.raises(ApiError):
        connect(server.url).list_log_records(A)
    assert [connection.asked for connection in server.connections] == [[A]]


def test_error_on_a_used_connection_is_asked_once_more(serving, connect):
    """An error on a connection that has served another question is believed when a new one brings it too."""

    def talk(connection):
        while cluster_id := connection.next():
            good = cluster_id == A
            connection.send(answer(page(A)) if good else answer(b'{"errCode":"CSS.3027"}', 404))

    server = serving(talk)
    client = connect(server.url)
    client.list_log_records(A)
    with pytest.raises(ApiError):
        client.list_log_records(B)
    assert [connection.asked for connection in server.connections] == [[A, B], [B]]
