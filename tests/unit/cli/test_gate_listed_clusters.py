"""`css-logs gate --file`, given what `css-logs list` wrote of several clusters."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pulumi_huaweicloud_css.emulator import Backups, Site
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError


def _three_clusters():
    return Site.of_clusters(3, backups=Backups(count=3)).projects[0].clusters


def _listed_and_judged(css_logs, emulator, *options):
    """Return what `list` writes about all clusters, and what a gate says of it and of the clusters themselves."""
    listed = css_logs(emulator)("list", "--all-clusters", "--format", "json", *options).stdout
    of_file = css_logs()("gate", "--file", "-", "--format", "json", stdin=listed)
    of_clusters = css_logs(emulator)("gate", "--all-clusters", "--format", "json")
    return json.loads(listed), of_file, of_clusters


def test_file_that_list_wrote_of_several_clusters(css_logs, start_emulator):
    """Each cluster in it has a verdict of its own, the very one that it has when it is read."""
    emulator = start_emulator(*_three_clusters())
    emulator.add_record(cluster_id=emulator.site.clusters[1].cluster_id, status="FAIL")
    _, of_file, of_clusters = _listed_and_judged(css_logs, emulator)
    assert of_file.returncode == of_clusters.returncode == 1
    for told, known in zip(*(json.loads(each.stdout)["subjects"] for each in (of_file, of_clusters)), strict=True):
        for name in ("name", "cluster_id", "cluster_name", "region", "project_id", "state", "last_success_at"):
            assert told[name] == known[name]
        assert f"{told['cluster_name']} ({told['cluster_id']})" in told["reason"]
    *_, counted = css_logs()("gate", "--file", "-", stdin=_some(3)).stdout.splitlines()
    assert counted == "3 of 3 passed"


def _some(number, **more):
    """Return what `list` writes of so many clusters with a fresh backup."""
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    ids = [f"{number:08d}-f5dc-4633-8401-cfd7175fca0c" for number in range(number)]
    record = {"id": "a", "status": "SUCCESS", "created_at": now, "finished_at": now}
    return json.dumps(
        {
            "clusters": [
                {"cluster_id": each, "records": [{**record, "cluster_id": each}], "total_size": 1, "read_at": now}
                for each in ids
            ],
            "skipped": [],
            "errors": [],
            **more,
        }
    )


def test_file_that_list_wrote_keeps_what_list_could_not_read(css_logs, start_emulator):
    """A cluster that could not be read is an error in the file's verdict too, and a skipped one is told."""
    clusters = _three_clusters()

    def refuse(request):
        if clusters[1].cluster_id in request.path:
            raise GatewayRefusedError(403, "APIGW.0302", "No permission", {})

    emulator = start_emulator(replace(clusters[0], status="100"), *clusters[1:], on_request=refuse)
    listed, of_file, of_clusters = _listed_and_judged(css_logs, emulator)
    assert (len(listed["clusters"]), len(listed["skipped"]), len(listed["errors"])) == (1, 1, 1)
    assert of_file.returncode == of_clusters.returncode == 4
    told, known = (json.loads(each.stdout) for each in (of_file, of_clusters))
    assert told["skipped"] == known["skipped"]
    assert sorted(each["state"] for each in told["subjects"]) == ["error", "passed"]
    assert listed["errors"][0]["error"] in [each.get("error") for each in told["subjects"]]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"clusters": []}, "lists no cluster"),
        ({"clusters": [], "skipped": [{"cluster_id": "a", "cluster_name": "b", "reason": "c"}]}, "lists no cluster"),
        ({"clusters": {}}, "clusters: Input should be a valid list"),
        ({"clusters": [1]}, "clusters.0: Input should be a valid dictionary"),
        ({"clusters": [{"cluster_id": "a"}]}, "is not a log record"),
        ({"clusters": [{"cluster_id": "a", "read_at": "x"}]}, "a gate needs the records"),
        ({"errors": [{"name": "a"}]}, "errors.0.error: Field required"),
        ({"errors": None}, "errors: Input should be a valid list"),
        ({"skipped": [{}]}, "skipped.0.cluster_id: Field required"),
    ],
)
def test_file_of_several_clusters_that_list_did_not_write(css_logs, more, said):
    """What is missing or of another form is never taken for a cluster that passed."""
    done = css_logs()("gate", "--file", "-", stdin=_some(2, **more))
    assert (done.returncode, done.stderr) == (4, "")
    assert said in done.stdout
    assert "standard input" in done.stdout


def test_file_from_a_pipe(css_logs, tmp_path):
    """A pipe, which can be read once, is read once."""
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=[_some(2)])
    writer.start()
    done = css_logs()("gate", "--file", tmp_path / "pipe")
    writer.join()
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 of 2 passed")
