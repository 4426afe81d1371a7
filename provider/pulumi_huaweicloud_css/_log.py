"""The package's logger: silent, as Python's libraries are, until a program or `css-logs -v` listens to it."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger(__name__.partition(".")[0])
LOGGER.addHandler(logging.NullHandler())
