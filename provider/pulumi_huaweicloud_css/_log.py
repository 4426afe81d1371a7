"""The package's logger: silent until a program or `css-logs -v` adds a handler."""

from __future__ import annotations

import logging

LOGGER = logging.getLogger(__name__.partition(".")[0])
LOGGER.addHandler(logging.NullHandler())
