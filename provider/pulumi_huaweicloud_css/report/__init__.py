"""A picture of log backups: one HTML page, a chart, or a badge. Pure: what was read and judged goes in, text comes out.

Rendering (`render`) needs Jinja2, which comes with the extra `report`; the rest of this package does not.
"""

from __future__ import annotations

from .model import ClusterReport

__all__ = ["ClusterReport"]
