"""Reports of log backups: one HTML page, a chart, or a badge. A pure function of the records and verdicts.

Rendering (`render`) needs Jinja2, from the extra `report`; the rest of this package does not.
"""

from __future__ import annotations

from .model import ClusterReport

__all__ = ["ClusterReport"]
