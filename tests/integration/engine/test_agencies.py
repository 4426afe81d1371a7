"""Agencies in the stack's configuration, on the real engine: an object, a chain, encrypted parts, and a refusal."""

from __future__ import annotations

import pytest
from pulumi_huaweicloud_css.emulator import Account, Agency, Emulator, Site

PROGRAM = """
    import pulumi
    from pulumi_huaweicloud_css import LogRecords, get_log_records

    cluster_id = pulumi.Config().require("clusterId")
    logs = LogRecords("logs", cluster_id=cluster_id)
    pulumi.export("read", logs.count)
    pulumi.export("called", get_log_records(cluster_id=cluster_id).count)
"""
DOMAIN = "emulated-account"
WITHOUT_RIGHTS = Account(can_list=False)


@pytest.fixture
def emulator():
    """Serve an agency that may list records, behind another one that alone may assume it, to keys that may not."""
    agencies = (Agency(name="first", account=WITHOUT_RIGHTS), Agency(name="second", trusted=["first"]))
    with Emulator(site=Site(accounts=(WITHOUT_RIGHTS,), agencies=agencies)) as emulator:
        yield emulator


def set_path(project, path, value, *options):
    """Set a part of the stack's configuration."""
    project.run("config", "set", "--stack", "dev", "--path", f"huaweicloud:assumeRole{path}", value, *options).ok()


def test_a_chain_with_an_encrypted_account(new_project, emulator):
    """A resource and a function read as the last agency of a list, whose parts may be encrypted or a number."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    for number, name in enumerate(("first", "second")):
        set_path(project, f"[{number}].agencyName", name)
        set_path(project, f"[{number}].domainName", DOMAIN, "--secret")
    set_path(project, "[1].duration", "900")
    project.up().ok()
    assert project.outputs() == {"read": 37, "called": 37}
    assert DOMAIN not in project.state()


def test_an_agency_that_is_refused(new_project, emulator):
    """The error is one that names the agency and the key of the configuration, and no records are asked for."""
    project = new_project(PROGRAM, clusterId=emulator.cluster_id)
    set_path(project, ".agencyName", "second")
    set_path(project, ".domainName", DOMAIN)
    run = project.preview()
    assert run.exit_code != 0
    assert "the agency 'second' of account 'emulated-account' (huaweicloud:assumeRole) is refused" in run.output
    assert [each for each in emulator.requests if each.path.startswith("/v1.0/")] == []


def test_keys_that_end_during_an_update(new_project):
    """A program that goes on reading when the agency's keys have ended gets new ones, and the update succeeds."""

    def end_keys(request):
        polls = [each for each in running[0].requests if each.path.endswith("/logs/records")]
        if request.path.endswith("/logs/records") and len(polls) == 2:
            running[0].expire_temporary_keys()

    program = """
        import pulumi
        from pulumi_huaweicloud_css import get_log_records

        cluster_id = pulumi.Config().require("clusterId")
        pulumi.export("counts", [get_log_records(cluster_id=cluster_id).count for _ in range(3)])
    """
    site = Site(accounts=(WITHOUT_RIGHTS,), agencies=(Agency(name="readers"),))
    with Emulator(site=site, on_request=end_keys) as emulator:
        running = [emulator]
        agency = {"HW_ASSUME_ROLE_AGENCY_NAME": "readers", "HW_ASSUME_ROLE_DOMAIN_NAME": DOMAIN}
        environment = {**emulator.environment(), **agency}
        project = new_project(program, environment=environment, clusterId=emulator.cluster_id)
        project.up().ok()
        assert project.outputs() == {"counts": [37, 37, 37]}
        assert len(emulator.temporary_keys) == 2
