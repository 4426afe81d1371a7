"""A clock for tests: nobody waits, and time is what the test says."""

from __future__ import annotations


class Clock:
    """Time in seconds that passes only where it is moved, or where somebody sleeps.

    Args:
        now: the time at first.
    """

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.slept = 0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    monotonic = __call__

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass as `time.sleep` does, and count how often."""
        assert seconds > 0
        self.move(seconds)
        self.slept += 1
