"""The error about what the command line was to read, other than the API."""

from __future__ import annotations

from ..errors import CssError


class SourceError(CssError):
    """A stack, an output or a file could not be read."""
