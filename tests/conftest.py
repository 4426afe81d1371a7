"""What all tests share: an environment without anybody's own settings."""

from __future__ import annotations

import gc
import os
import signal

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.support")

# In CI and in `make test` properties get all of their examples, in CI the same in every run; while somebody works, a
# fifth of them, others in each run. No profile has a deadline, or finds a machine too slow: both are timed assertions.
_UNTIMED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("full", **_UNTIMED, max_examples=100, derandomize="CI" in os.environ)
hypothesis.settings.register_profile("quick", **_UNTIMED, max_examples=20)
# For mutation tests: the same few examples for each mutant, however slow the machine is with all of them.
hypothesis.settings.register_profile(
    "mutants",
    **_UNTIMED,
    max_examples=15,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],  # that it fails is enough; nobody reads the example
    derandomize=True,
    database=None,
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("full" if "CI" in os.environ else "quick"))

_OURS = ("HW_", "HUAWEICLOUD_", "CLOUD_SDK_", "PULUMI_")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start three processes for two processors: tests of connections and deadlines wait for much of their time."""
    return max(1, 3 * (os.cpu_count() or 1) // 2)


def pytest_configure() -> None:
    """Let Ctrl-C work in processes that tests start: they would inherit that it is ignored in a script's background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Leave all that is loaded by now out of every later collection of garbage: each would look at the whole of it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's keys and regions out of every test."""
    for name in list(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
