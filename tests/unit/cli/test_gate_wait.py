"""`css-logs gate --wait`: it asks again while a backup runs, and says so on a terminal only."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter

import pytest
from pulumi_huaweicloud_css.emulator import Agency, Backups, Cluster
from pulumi_huaweicloud_css.emulator.responses import GatewayRefusedError

from tests.support.terminals import terminal

RUNNING = Backups(count=2, running=True, newest_age=0, cadence=3600, failure_share=1.0)
OTHER = "5213d908-f5dc-4633-8401-cfd7175fca0c"
SOON = ("--poll-interval", "0.05s")


@pytest.mark.parametrize(("outcome", "code"), [("SUCCESS", 0), ("FAIL", 1)])
def test_the_running_task_ends(css_logs, start_emulator, outcome, code):
    """A running task that ends while waiting decides, and nothing is printed before the verdict in a pipe."""

    def end_later(request):
        if request.number == 2:
            emulator.finish_running(status=outcome)

    emulator = start_emulator(Cluster(backups=RUNNING), on_request=end_later)
    done = css_logs(emulator)("gate", "--cluster-id", emulator.cluster_id, "--wait", "60s", *SOON)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (code, "", 1)
    assert emulator.records()[0]["id"] in done.stdout
    assert _asked(emulator) == {"records": 2, **({"settings": 1} if code else {})}


def _asked(emulator):
    """Return how often records and log settings were asked for."""
    return Counter(request.path.rpartition("/")[2] for request in emulator.requests)


def test_still_running_at_the_end(css_logs, start_emulator):
    """When the time is up and the task still runs, the verdict is pending."""
    emulator = start_emulator(Cluster(backups=RUNNING))
    done = css_logs(emulator)("gate", "--cluster-id", emulator.cluster_id, "--wait", "2s", *SOON)
    assert (done.returncode, done.stderr) == (3, "")
    assert _asked(emulator)["settings"] == 1  # for the final verdict, not at each look
    assert "; automatic backup runs at " in done.stdout


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_waits_until_the_api_is_well(css_logs, start_emulator, status):
    """An API that is not well for the first look is asked again."""

    def refuse_first(request):
        if request.number == 1:
            raise GatewayRefusedError(status, "APIGW.0308", "not now")

    emulator = start_emulator(on_request=refuse_first)
    runner = css_logs(emulator, HW_MAX_RETRIES="0")
    assert runner("gate", "--cluster-id", emulator.cluster_id, "--wait", "60s", *SOON).returncode == 0
    assert len(emulator.requests) == 2


def test_it_waits_through_a_refused_connection(css_logs, start_emulator, closed_port):
    """A port that refuses connections until later is asked again until there is an answer."""
    emulator = start_emulator()
    settings = {**emulator.environment(), "HW_MAX_RETRIES": "0", "TERM": "xterm", "COLUMNS": "300"}
    settings["HUAWEICLOUD_SDK_REGION_CSS_CN_NORTH_4"] = f"http://127.0.0.1:{closed_port}"
    options = ("--cluster-id", emulator.cluster_id, "--wait", "1h", *SOON)
    runner = css_logs(None, **settings)
    with terminal() as (theirs, read), runner.start("gate", *options, stderr=theirs) as process:
        os.close(theirs)
        assert "waiting" in read(lambda shown: "waiting" in shown)  # it says so only after a look that was refused
        start_emulator(port=closed_port)
        read()
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "passed" in output


def test_all_verdicts_are_of_one_moment(css_logs, start_emulator):
    """A cluster that passed at first and fails while another one is waited for is reported as failed."""
    waited_for = Cluster(backups=RUNNING)
    passed = Cluster(cluster_id=OTHER, backups=Backups(count=1, newest_age=60))

    def fail_later(request):
        asked = [each.number for each in emulators[0].requests if waited_for.cluster_id in each.path]
        if asked[1:] == [request.number]:  # the second question about it, once
            emulators[0].finish_running()
            emulators[0].add_record(cluster_id=OTHER, status="FAIL", id="later")
            emulators[0].finish_running(cluster_id=waited_for.cluster_id)

    emulators = []
    emulators.append(start_emulator(waited_for, passed, on_request=fail_later))
    ids = ("--cluster-id", waited_for.cluster_id, "--cluster-id", OTHER)
    done = css_logs(emulators[0])("gate", *ids, "--wait", "60s", *SOON)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 3), done.stdout
    assert "later failed" in done.stdout


def test_fail_fast(css_logs, start_emulator):
    """With --fail-fast one failed cluster ends the wait for the others at once."""
    failed = Cluster(cluster_id=OTHER, backups=Backups(count=1, failure_share=1.0))
    emulator = start_emulator(Cluster(backups=RUNNING), failed)
    options = ("--cluster-id", emulator.cluster_id, "--cluster-id", OTHER, "--wait", "1h", *SOON)
    done = css_logs(emulator)("gate", *options, "--fail-fast")
    assert (done.returncode, _asked(emulator)) == (1, {"records": 2, "settings": 2})
    assert "pending" in done.stdout


def test_progress_on_a_terminal(css_logs, start_emulator):
    """On a terminal a progress line shows the running task, before the verdict is there."""
    emulator = start_emulator(Cluster(backups=RUNNING))
    running = emulator.records()[0]["id"][:8]
    options = ("--cluster-id", emulator.cluster_id, "--wait", "1h", *SOON)
    runner = css_logs(emulator, TERM="xterm", COLUMNS="300")
    with terminal() as (theirs, read), runner.start("gate", *options, stderr=theirs) as process:
        os.close(theirs)
        seen = read(lambda shown: running in shown and "waiting" in shown)
        assert running in seen
        assert "waiting" in seen
        emulator.finish_running()
        read()
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "passed" in output


def test_ctrl_c(css_logs, start_emulator):
    """Ctrl-C during the wait ends with 130 and says what was known, without a traceback."""
    asked_again = threading.Event()
    emulator = start_emulator(
        Cluster(backups=RUNNING), on_request=lambda request: asked_again.set() if request.number == 2 else None
    )
    options = ("--cluster-id", emulator.cluster_id, "--wait", "1h", *SOON)
    with css_logs(emulator).start("gate", *options) as process:
        assert asked_again.wait(60)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert "Known so far" in errors
    assert emulator.records()[0]["id"] in errors
    assert "Traceback" not in errors


def test_keys_that_end_while_it_waits(css_logs, start_emulator):
    """A wait goes on with new keys of the agency when the old ones have ended, without a word about it."""

    def end_keys(_):
        polls = [each for each in emulators[0].requests if each.path.endswith("/logs/records")]
        if len(polls) == 2:
            emulators[0].expire_temporary_keys()
        if len(polls) >= 4:
            emulators[0].finish_running()

    emulators = [start_emulator(Cluster(backups=RUNNING), on_request=end_keys, agencies=(Agency(name="readers"),))]
    agency = {"HW_ASSUME_ROLE_AGENCY_NAME": "readers", "HW_ASSUME_ROLE_DOMAIN_NAME": "emulated-account"}
    run = css_logs(emulators[0], **agency)
    done = run("gate", "--cluster-id", emulators[0].cluster_id, "--wait", "60s", "--quiet", *SOON)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(emulators[0].temporary_keys) == 2
