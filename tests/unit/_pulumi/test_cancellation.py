"""Work that is ended from another thread, at once, whatever it waits for."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from pulumi_huaweicloud_css._pulumi import cancellation
from pulumi_huaweicloud_css._pulumi.cancellation import cancel_all, cancellable
from pulumi_huaweicloud_css.errors import ArgumentError, CssError

PATIENCE = 60  # seconds; only a failure takes so long


@pytest.fixture(autouse=True)
def _nothing_is_cancelled(monkeypatch):
    """Give each test a process that is not being ended, and connections of its own to cut."""
    monkeypatch.setattr(cancellation, "_cancelled", threading.Event())
    monkeypatch.setattr("pulumi_huaweicloud_css._api.deadline.cut_all", lambda: None)


def test_the_result_and_the_error_come_through():
    """What the work returns or raises is what the caller gets, on another thread than the caller's."""
    assert cancellable(threading.get_ident) != threading.get_ident()

    def wrong():
        raise ArgumentError("limit", "0")

    with pytest.raises(ArgumentError, match="limit: 0"):
        cancellable(wrong)


def test_work_that_never_ends_is_ended(monkeypatch):
    """All that is under way ends with one error, connections are cut, and what comes later does not begin."""
    cut, begun, never = threading.Event(), threading.Barrier(3), threading.Event()
    monkeypatch.setattr("pulumi_huaweicloud_css._api.deadline.cut_all", cut.set)
    errors = []

    def work():
        begun.wait(PATIENCE)
        never.wait(PATIENCE)

    def read():
        with pytest.raises(CssError, match=r"^cancelled$") as error:
            cancellable(work)
        errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    begun.wait(PATIENCE)
    cancel_all()
    for reader in readers:
        reader.join(PATIENCE)
    never.set()
    assert len(errors) == 2
    assert cut.is_set()
    with pytest.raises(CssError, match=r"^cancelled$"):
        cancellable(lambda: pytest.fail("it began"))


def test_a_process_that_reads_nothing_loads_no_http_library():
    """Cancelling where nothing is under way imports neither requests nor urllib3."""
    text = (
        "import sys; from pulumi_huaweicloud_css._pulumi.cancellation import cancel_all; cancel_all(); "
        "print({'requests', 'urllib3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.strip() == "set()"
