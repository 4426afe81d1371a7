"""Previews that are measured are those that read what they should."""

from __future__ import annotations

import pytest
import requests

from benchmarks.emulator_process import serve
from benchmarks.previewing import requests_of


class Reads:
    """A stack whose preview sends some requests to the emulator, which refuses them: they count all the same."""

    def __init__(self, served, number):
        self.served, self.number = served, number

    def preview(self):
        """Send the requests."""
        for _ in range(self.number):
            requests.get(f"{self.served.endpoint}/v1.0/p/clusters", timeout=60)


def test_a_preview_that_reads_less_or_more_is_no_measurement():
    """The requests of a preview are counted at the server: fewer, or more, than there are clusters are an error."""
    with serve() as served:
        assert len(requests_of(Reads(served, 2), served, 2)) == 2
        for number in (0, 1, 3):
            with pytest.raises(RuntimeError, match=f"sent {number} requests instead of 2"):
                requests_of(Reads(served, number), served, 2)
