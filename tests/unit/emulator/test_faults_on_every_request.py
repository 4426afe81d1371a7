"""Every fault on every kind of request: played where it is for it, and kept for later where it is not."""

from __future__ import annotations

import json

import pytest
import requests
from pulumi_huaweicloud_css.emulator import FAULTS, Agency, Site, sending
from pulumi_huaweicloud_css.emulator.agencies import DOMAIN_NAME

KINDS = ["records", "clusters", "settings", "projects", "auth-projects", "v3", "v5"]


def ask_for(kind, emulator, ask):
    """Ask for one kind of answer."""
    clusters = f"/v1.0/{emulator.project_id}/clusters"
    if kind == "v3":
        wanted = {"agency_name": "reader", "domain_name": DOMAIN_NAME}
        body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": wanted}}}
        return ask(emulator, "/v3.0/OS-CREDENTIAL/securitytokens", method="POST", data=json.dumps(body).encode())
    if kind == "v5":
        body = {"agency_urn": AGENCY.urn, "agency_session_name": "me"}
        return ask(emulator, "/v5/agencies/assume", method="POST", data=json.dumps(body).encode())
    paths = {
        "clusters": clusters,
        "settings": f"{clusters}/{emulator.cluster_id}/logs/settings",
        "projects": "/v3/projects",
        "auth-projects": "/v3/auth/projects",
    }
    return ask(emulator, paths.get(kind))


AGENCY = Agency(name="reader")
NAMES = {
    "records": "clusterLogRecord",
    "clusters": "clusters",
    "settings": "logConfiguration",
    "projects": "projects",
    "auth-projects": "projects",
    "v3": "credential",
    "v5": "credentials",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_on_every_kind_of_request(start, ask, monkeypatch, name, kind):
    """A fault is played on each kind of request that it is for, and waits for one where the request is of another."""
    monkeypatch.setattr(sending, "LATE_SECONDS", 0.01)
    only = FAULTS[name].only
    emulator = start(site=Site(agencies=[AGENCY]))
    whole = ask_for(kind, emulator, ask).json()
    emulator.fault(name, times=1)
    if only is not None and kind not in only:
        again = ask_for(kind, emulator, ask)
        assert set(again.json()) == set(whole)
        assert again.status_code in (200, 201)
        assert emulator_fault_waits(emulator, only[0])
        return
    if name in HANGING:
        return  # how they are sent has nothing to do with what is in the answer
    if name in BROKEN:
        with pytest.raises(requests.RequestException):
            ask_for(kind, emulator, ask)
        return
    answer = ask_for(kind, emulator, ask)
    found = NAMES[kind]
    if name == "wrong-types":
        shown = answer.json()[found]
        assert [1] in (shown[0] if isinstance(shown, list) else shown).values()
    elif name == "unknown-fields":
        shown, before = answer.json()[found], whole[found]
        assert answer.json()["nextMarker"]
        assert set(before[0] if isinstance(before, list) else before) < set(
            shown[0] if isinstance(shown, list) else shown
        )
    elif name == "duplicate-ids":
        assert len(answer.json()[found]) == 2 * len(whole[found])
    elif name == "no-total":
        assert "totalSize" in whole
        assert "totalSize" not in answer.json()
    elif name == "500":
        # Each service has its own form of errors.
        in_iam_form = "error" in answer.json()
        assert (answer.status_code, in_iam_form) == (500, kind not in ("records", "clusters", "settings"))
    # It was played, and is over.
    assert not emulator_fault_waits(emulator, "records")


HANGING = ("no-answer", "slow-body", "oversized-body")
BROKEN = ("reset", "reset-in-body", "truncated-body")


def emulator_fault_waits(emulator, kind):
    """Say whether a fault is still to be played on a kind of request."""
    return emulator._faults.take(kind) is not None
