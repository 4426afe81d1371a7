"""The list of log backup tasks: its window, its filter, its refusals, and the oddities of sites."""

from __future__ import annotations

import uuid

import pytest
import requests
from pulumi_huaweicloud_css._api.models import parse_page
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Project, Quirks, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID, PROJECT_ID
from pulumi_huaweicloud_css.errors import ArgumentError

BACKUPS = Backups(count=37, running=True, fail_every=4)


def ids(answer):
    """Return the record ids of an answer."""
    assert answer.status_code == 200, answer.text
    return [record["id"] for record in answer.json()["clusterLogRecord"]]


def quirky(**quirks):
    """Return a site with quirks."""
    return Site.of_one_cluster(backups=BACKUPS, quirks=Quirks(**quirks))


def test_first_ten_by_default(emulator, ask):
    """Without parameters the first ten records come, newest first, and the number of all."""
    answer = ask(emulator)
    assert ids(answer) == [record["id"] for record in emulator.records()[:10]]
    created = [record["createAt"] for record in answer.json()["clusterLogRecord"]]
    assert created == sorted(created, reverse=True)
    assert answer.json()["totalSize"] == 37


@pytest.mark.parametrize("name", ["offset", "start"])
@pytest.mark.parametrize(("first", "limit"), [(1, 1), (2, 10), (37, 1000), (38, 10), (2_147_483_647, 1)])
def test_window(emulator, ask, name, first, limit):
    """The window begins at a 1-based number, under its newer or older name, and may lie past the end."""
    expected = [record["id"] for record in emulator.records()][first - 1 : first - 1 + limit]
    assert ids(ask(emulator, limit=limit, **{name: first})) == expected


@pytest.mark.parametrize("status", ["", "FAIL", "NOT_FAIL"])
def test_status_filter(start, ask, status):
    """FAIL gives the failed, NOT_FAIL all others, empty everything; totalSize counts what matches."""
    emulator = start(site=Site.of_one_cluster(backups=BACKUPS))
    wanted = {"": {"RUNNING", "SUCCESS", "FAIL"}, "FAIL": {"FAIL"}, "NOT_FAIL": {"RUNNING", "SUCCESS"}}[status]
    expected = [record["id"] for record in emulator.records() if record["status"] in wanted]
    answer = ask(emulator, status=status, limit=5)
    assert ids(answer) == expected[:5]
    assert answer.json()["totalSize"] == len(expected)


def test_unknown_status_has_not_failed(start, ask):
    """A record with a status that nobody knows is among the NOT_FAIL ones."""
    records = [{"id": "a", "status": "PAUSED"}, {"id": "b", "status": "FAIL"}, {"id": "c"}]
    emulator = start(site=Site.of_one_cluster(records=records, quirks=Quirks(order="given")))
    assert ids(ask(emulator, status="NOT_FAIL")) == ["a", "c"]


@pytest.mark.parametrize("name", ["offset", "start", "limit"])
@pytest.mark.parametrize("value", ["0", "-1", "1.0", "ten", "", " 1", "+1", "1_0", "\u0661", "9999999999", "x" * 500])
def test_wrong_number_is_refused(emulator, ask, name, value):
    """A number that is none, or out of range, gets 400 CSS.0001 naming the parameter and the value."""
    assert_wrong_parameter(ask(emulator, **{name: value}), name, value)


def assert_wrong_parameter(answer, name, value):
    """Check that an answer is CSS's refusal of a parameter."""
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == {"errCode", "externalMessage"}
    assert body["errCode"] == "CSS.0001"
    assert name in body["externalMessage"]
    assert repr(value)[1:50].rstrip("'") in body["externalMessage"]
    assert len(body["externalMessage"]) < 300
    assert len(answer.headers["X-Request-Id"]) == 32


def test_limit_over_1000_is_refused(emulator, ask):
    """1,000 records are the most that may be asked for."""
    assert ask(emulator, limit=1000).status_code == 200
    assert_wrong_parameter(ask(emulator, limit=1001), "limit", "1001")


@pytest.mark.parametrize("status", ["SUCCESS", "RUNNING", "fail", "NOT_FAIL "])
def test_other_status_is_refused(emulator, ask, status):
    """Only FAIL and NOT_FAIL can be asked for."""
    assert_wrong_parameter(ask(emulator, status=status), "status", status)


def test_parameter_given_twice_is_refused(emulator, ask):
    """Which of two limits is meant cannot be known."""
    assert_wrong_parameter(ask(emulator, limit=["1", "2"]), "limit", "2")


def test_unknown_cluster(emulator, ask):
    """A cluster that is not there gets 404 CSS.3027 in CSS's shape."""
    cluster_id = str(uuid.uuid4())
    answer = ask(emulator, f"/v1.0/{emulator.project_id}/clusters/{cluster_id}/logs/records")
    assert answer.status_code == 404
    assert answer.json()["errCode"] == "CSS.3027"
    assert cluster_id in answer.json()["externalMessage"]
    assert answer.headers["X-Request-Id"]


def test_unknown_project(emulator, ask):
    """A project that is not there gets 403 CSS.0015 in CSS's shape."""
    answer = ask(emulator, f"/v1.0/{'f' * 32}/clusters/{emulator.cluster_id}/logs/records")
    assert answer.status_code == 403
    assert answer.json()["errCode"] == "CSS.0015"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "path", ["/", "/v1.0", "/v1.0/p/clusters/c/logs", "/v1.0/p/clusters/c/logs/records/1", "/v2/x", "//", "/%ff"]
)
def test_unknown_path(emulator, ask, path):
    """A path that is not there gets 404 APIGW.0101 in the gateway's shape, signed or not."""
    for answer in (ask(emulator, path), requests.get(emulator.endpoint + path, timeout=30)):
        assert answer.status_code == 404
        body = answer.json()
        assert body["error_code"] == "APIGW.0101"
        assert body["error_msg"]
        assert body["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", [None, "/v3/projects"], ids=["css", "iam"])
def test_wrong_method(emulator, ask, method, path):
    """Anything but GET gets 405 and the method that would do."""
    answer = ask(emulator, path, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert answer.headers["X-Request-Id"]
    if method != "HEAD":
        assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_too_large_body_is_refused(emulator):
    """A body over a mebibyte is not read to its end, and the refusal is in the log."""
    request = requests.Request("GET", f"{emulator.endpoint}/v3/projects", data=b"x" * (1024**2 + 1))
    with requests.Session() as session:
        answer = session.send(request.prepare(), timeout=30)
    assert answer.status_code == 413
    assert emulator.requests[-1].status == 413


def test_request_ids_are_unique(emulator, ask):
    """Every answer has a request id of its own, good or bad."""
    answers = [ask(emulator), ask(emulator), ask(emulator, limit=0), ask(emulator, "/nowhere")]
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 4


def test_escaped_path_is_the_same_path(emulator, ask):
    """Percent-encoding of letters that need none changes neither the signature nor the cluster."""
    cluster_id = emulator.cluster_id.replace("-", "%2D")
    assert ask(emulator, f"/v1.0/{emulator.project_id}/clusters/{cluster_id}/logs/records").status_code == 200


def test_several_projects_and_clusters(start, ask):
    """Each cluster has its own records, in its own project only."""
    one, two, three = (Cluster(cluster_id=str(uuid.UUID(int=number)), backups=Backups(count=2)) for number in range(3))
    projects = [Project(project_id="a" * 32, clusters=[one, two]), Project(project_id="b" * 32, clusters=[three])]
    emulator = start(site=Site(projects=projects))
    assert (emulator.project_id, emulator.cluster_id) == ("a" * 32, one.cluster_id)
    seen = set()
    for project in projects:
        for cluster in (one, two, three):
            answer = ask(emulator, f"/v1.0/{project.project_id}/clusters/{cluster.cluster_id}/logs/records")
            if cluster in project.clusters:
                seen.update(ids(answer))
            else:
                assert answer.json()["errCode"] == "CSS.3027"
    assert len(seen) == 6


@pytest.mark.parametrize("order", ["oldest", "shuffled", "given"])
def test_order(start, ask, order):
    """Whatever the order, it is the same over all pages, and no record is lost or doubled."""
    emulator = start(site=quirky(order=order))
    newest_first = [record["id"] for record in emulator.records()]
    pages = [entry for offset in range(1, 38, 10) for entry in ids(ask(emulator, offset=offset))]
    assert sorted(pages) == sorted(newest_first)
    assert pages == ids(ask(emulator, limit=1000))
    assert (pages == newest_first) is (order == "given")
    assert (pages == newest_first[::-1]) is (order == "oldest")


def test_newest_is_by_creation_then_id(start, ask):
    """Records of the same moment are ordered by id, and one without a time counts as created now."""
    records = [
        {"id": "b", "createAt": 1_656_042_837_000},
        {"id": "c", "createAt": "1656042837"},
        {"id": "a", "createAt": 1_656_042_838_000},
        {"id": "d"},
    ]
    assert ids(ask(start(site=Site.of_one_cluster(records=records)))) == ["d", "a", "c", "b"]


def test_shuffled_order_is_kept_when_a_record_comes_in(start, ask):
    """A new record takes its place among the others without mixing them."""
    emulator = start(site=quirky(order="shuffled"))
    before = ids(ask(emulator, limit=1000))
    added = emulator.add_record()["id"]
    after = ids(ask(emulator, limit=1000))
    assert [entry for entry in after if entry != added] == before


def test_no_total_size(start, ask):
    """A site may leave out how many records there are."""
    assert set(ask(start(site=quirky(total_size=False))).json()) == {"clusterLogRecord"}


@pytest.mark.parametrize(("known", "ignored"), [("offset", "start"), ("start", "offset")])
def test_site_with_one_offset_name_ignores_the_other(start, ask, known, ignored):
    """The other name is no error, even with nonsense in it: the first page comes."""
    emulator = start(site=quirky(offset_names=known))
    every = [record["id"] for record in emulator.records()]
    assert ids(ask(emulator, **{known: 5})) == every[4:14]
    assert ids(ask(emulator, **{ignored: 5})) == every[:10]
    assert ids(ask(emulator, **{known: 5, ignored: "nonsense"})) == every[4:14]


def test_site_without_offset(start, ask):
    """A site that knows neither name gives its first page, whatever is asked."""
    emulator = start(site=quirky(offset_names="none"))
    assert ids(ask(emulator, offset=5, start=7)) == [record["id"] for record in emulator.records()[:10]]


@pytest.mark.parametrize("name", ["offset", "start"])
def test_largest_offset(start, ask, name):
    """A site may refuse offsets over a limit with 400 CSS.0001."""
    emulator = start(site=quirky(max_offset=1000))
    assert ask(emulator, **{name: 1000}).status_code == 200
    assert_wrong_parameter(ask(emulator, **{name: 1001}), name, "1001")


@pytest.mark.parametrize(("time_format", "kind"), [("seconds", int), ("string", str), ("ms", int)])
def test_time_format(start, ask, clock, time_format, kind):
    """Times come in the site's format, and mean the same to our models."""
    emulator = start(site=quirky(time_format=time_format), clock=clock)
    answer = ask(emulator, limit=1000, at=clock.now)
    for shown, stored in zip(parse_page(answer.content).records, emulator.records(), strict=True):
        precision = 1000 if time_format == "seconds" else 1
        assert shown.created_at == stored["createAt"] // precision * precision
        assert (shown.finished_at or 0) == stored.get("finishedAt", 0) // precision * precision
    record = answer.json()["clusterLogRecord"][1]
    assert type(record["createAt"]) is kind
    assert type(record["finishedAt"]) is kind
    assert (record["createAt"] < 10**11) if time_format == "seconds" else (int(record["createAt"]) > 10**11)


@pytest.mark.parametrize("quirk", [{"order": "random"}, {"offset_names": "page"}, {"time_format": "iso"}])
def test_unknown_quirk_is_refused(quirk):
    """A quirk that does not exist is an error that names the choices."""
    with pytest.raises(ArgumentError, match="must be one of"):
        Quirks(**quirk)


def test_largest_offset_below_1_is_refused():
    """A site that refuses every offset could not be read at all."""
    with pytest.raises(ArgumentError, match="max_offset: must be 1 or more"):
        Quirks(max_offset=0)


def test_same_page_twice_and_after_a_change(emulator, ask):
    """A page that was computed before is not served once the records have changed."""
    assert ask(emulator).content == ask(emulator).content
    added = emulator.add_record()["id"]
    assert ids(ask(emulator))[0] == added


def test_record_added_between_two_pages(start, ask):
    """A hook can add a record between two pages: the second page then begins with the last of the first."""

    def on_request(recorded):
        if recorded.parameters["offset"] == "11":
            emulator.add_record()

    emulator = start(on_request=on_request)
    first, second = ids(ask(emulator, offset=1)), ids(ask(emulator, offset=11))
    assert second[0] == first[-1]


def test_defaults_are_the_documented_ones():
    """The default cluster is the one in the API's example, in a project that cannot be a real one."""
    assert Site().projects[0].project_id == PROJECT_ID == "0123456789abcdef0123456789abcdef"
    assert Site().clusters[0].cluster_id == CLUSTER_ID == "4213d908-f5dc-4633-8401-cfd7175fca0c"


def test_answers_are_late_by_the_latency(start):
    """With a latency that an impatient client does not wait for, there is no answer."""
    emulator = start(latency=600.0)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{emulator.endpoint}/v3/projects", timeout=0.2)
    assert requests.get(f"{emulator.endpoint}/_emulator/health", timeout=60).status_code == 200


def test_many_clusters_have_their_own_records_and_come_again():
    """The same number makes the same clusters, the first one being the default; no number below 1 is taken."""
    site = Site.of_clusters(20)
    assert site == Site.of_clusters(20)
    assert site.clusters[0].cluster_id == CLUSTER_ID
    assert len({cluster.cluster_id for cluster in site.clusters}) == 20
    with pytest.raises(ArgumentError, match="at least one cluster, got 0"):
        Site.of_clusters(0)
