"""What `css-logs -v` shows: the package's log, one line a record, on standard error."""

from __future__ import annotations

import logging
import time

from .._log import LOGGER
from .terminal import one_line, say


class _Lines(logging.Handler):
    """Prints records like other untrusted text: safe on a terminal and in a CI system's log."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            say(one_line(self.format(record)))
        except Exception:
            self.handleError(record)


def show_log() -> None:
    """Show the log from now on; a second call has no effect."""
    if any(isinstance(handler, _Lines) for handler in LOGGER.handlers):
        return
    form = logging.Formatter("%(asctime)s.%(msecs)03dZ %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    lines = _Lines()
    lines.setFormatter(form)
    LOGGER.addHandler(lines)
    LOGGER.setLevel(logging.DEBUG)
