"""Calls of the emulator's cluster list and log settings, as a program makes them."""

from __future__ import annotations

from pulumi_huaweicloud_css.emulator import Quirks, Site
from pulumi_huaweicloud_css.emulator.site import CLUSTER_ID

MANY = Site.of_clusters(25)


def listed(ask, emulator, **parameters):
    """Return the answer to a request for the cluster list."""
    answer = ask(emulator, f"/v1.0/{emulator.project_id}/clusters", **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(ask, emulator, **parameters):
    """Return the names in the cluster list."""
    return [cluster["name"] for cluster in listed(ask, emulator, **parameters)["clusters"]]


def with_quirks(site, **quirks):
    """Return the same site with quirks."""
    return Site(projects=site.projects, quirks=Quirks(**quirks))


def settings_of(ask, emulator, cluster_id=CLUSTER_ID):
    """Return the answer to a request for a cluster's log settings."""
    return ask(emulator, f"/v1.0/{emulator.project_id}/clusters/{cluster_id}/logs/settings")
