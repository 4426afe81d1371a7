"""How many examples a property gets: a multiple of what the profile says, which tests/conftest.py chooses."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def times(factor: float) -> settings:
    """Return the settings of a property that gets so many times the profile's examples."""
    return settings(max_examples=round(factor * settings().max_examples))


def asking(factor: float) -> settings:
    """Return those of a property that asks a server, which all its examples share and which may take a while."""
    unchecked = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
    return settings(times(factor), suppress_health_check=unchecked)
