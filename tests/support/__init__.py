"""What tests of several folders need: servers, projects, processes, a clock, and rules written a second time."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
