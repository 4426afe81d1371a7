"""An account with clusters in two regions, and `css-logs` with its settings."""

from __future__ import annotations

import json
import socket
import uuid

import pytest
from pulumi_huaweicloud_css._config.endpoints import region_variable
from pulumi_huaweicloud_css.emulator import Backups, Cluster, Project, Site

from tests.support import ROOT

NORTH, SOUTH = "cn-north-4", "ap-southeast-3"
REGIONS = ("--region", NORTH, "--region", SOUTH)
SCHEMA = json.loads((ROOT / "docs" / "gate.schema.json").read_text())
FEW = Backups(count=2)
DAY = 86_400


def cluster(name, **more):
    """Return a cluster of this name with few backups."""
    return Cluster(cluster_id=str(uuid.uuid4()), name=name, **{"backups": FEW, **more})


@pytest.fixture
def account(start):
    """Serve six clusters in two regions; of one the newest backup is old, and one is being created."""
    north = [cluster("prod-a", tags={"env": "prod", "team": "x=y"}), cluster("prod-b", tags={"env": "prod"})]
    south = [
        cluster("prod-c", tags={"env": "prod"}, backups=Backups(count=2, newest_age=3 * DAY)),
        cluster("test-d", tags={"env": "test"}, engine="opensearch"),
        cluster("new-e", status="100"),
        cluster("other-f", enterprise_project_id="7"),
    ]
    projects = [Project(clusters=north, region=NORTH), Project(project_id="f" * 32, clusters=south, region=SOUTH)]
    return start(site=Site(projects=projects))


@pytest.fixture
def run(css_logs, account):
    """Run `css-logs` with the account's settings."""
    return css_logs(account)


def id_of(account, name):
    """Return the id of the cluster of this name."""
    return next(each.cluster_id for each in account.site.clusters if each.name == name)


def judged(done):
    """Return the names of the judged clusters, from JSON."""
    return [each["name"] for each in json.loads(done.stdout)["subjects"]]


@pytest.fixture
def half(css_logs, account):
    """Run `css-logs` while nothing listens where the second region should be."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
        yield css_logs(account, **{region_variable("css", SOUTH): address, "HW_MAX_RETRIES": "0"})
