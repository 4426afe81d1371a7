"""The chart of docs/performance.md: each ratio beside its target, as an SVG of its own."""

from __future__ import annotations

from html import escape
from typing import Any

_BAR, _ROW, _LABELS, _FULL = 16, 30, 640, 300  # pixels; _FULL is the length of a bar that just reaches its target
_LONGEST_NAME = 104


def chart(comparisons: list[dict[str, Any]]) -> str:
    """Return a bar for each row, as long as its ratio is in relation to its target; the line is the target."""
    height = _ROW * len(comparisons) + 40
    longest = max([1.0, *(row["ratio"]["median"] / row["target"] for row in comparisons)])
    width = round(_LABELS + _FULL * longest + 90)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    about = 'role="img" aria-label="each ratio beside its target" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {about}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, row in enumerate(comparisons):
        top, share = 10 + number * _ROW, row["ratio"]["median"] / row["target"]
        colour = "#2b6cb0" if row["reached"] else "#c05621"
        name = escape(row["name"].replace("`", ""))
        parts.append(f'<text x="{_LABELS - 10}" y="{top + 13}" text-anchor="end" fill="#222">{_short(name)}</text>')
        parts.append(f'<rect x="{_LABELS}" y="{top}" width="{_FULL * share:.1f}" height="{_BAR}" fill="{colour}"/>')
        value = f"{row['ratio']['median']:.2f} of {row['target']:g}"
        parts.append(f'<text x="{_LABELS + _FULL * max(share, 1.0) + 6:.1f}" y="{top + 13}" fill="#222">{value}</text>')
    line = _LABELS + _FULL
    parts.append(f'<line x1="{line}" y1="4" x2="{line}" y2="{height - 30}" stroke="#222" stroke-dasharray="3 3"/>')
    parts.append(f'<text x="{line}" y="{height - 12}" text-anchor="middle" fill="#222">target</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 3] + "..."
