"""Renders reports with Jinja2: a self-contained page, charts alone, or a badge.

Everything that was read is data: the templates escape all of it, and `sanitize` takes out control and direction marks
before. A report on standard output is in a CI system's log, so no text of it is a command there either. The page's
policy (CSP) lets nothing run or load but its own script and style, named by their hashes.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .._backups.gate import Gate
from .._backups.status import SYMBOLS, WORDS, count_kinds
from .._durations import format_duration, parse_duration
from .._text import sanitize
from .._time import rfc3339, unix_ms
from .grouping import Group, grouped, worst_first
from .model import ClusterReport, causes_of, freshness_of
from .rows import table_of
from .timeline import HEIGHT, timeline_of

_MOST_IN_FULL = 2_000  # records; with more, all about them would make a page too large to send around
_LONGEST_NAME = 200
_CHARACTER_WIDTH = 6.4  # pixels of an 11 pixel sans-serif; the badge's text is then fitted to what it got
# A picture's text is not measured either: these are pixels, at most, of a bold 13 pixel sans-serif, of which some are
# wider than others.
_NARROW = frozenset("abcdefghijklnopqrstuvxyz0123456789-_./:;,()[]'| ")
_NARROW_CHARACTER, _OTHER_CHARACTER = 9.4, 16.0
_HEADING_WIDTH = 820  # of a picture's 960, without the margins and the state in front
_FIRST_LINE, _LINE = 28, 18
_REGION_HEIGHT = 40


def as_page(judged: Sequence[ClusterReport], gate: Gate, *, now: datetime) -> str:
    """Return one HTML page about clusters, the worst verdict first, in groups where there are several regions."""
    brief = sum(len(one.records) for one in judged) > _MOST_IN_FULL
    groups = _views(judged, gate, now)
    for number, view in enumerate((view for group in groups for view in group["clusters"]), 1):
        view.update(number=number, table=table_of(view["records"], brief=brief))
    script, style = _source("page.js"), _source("timeline.css") + _source("page.css")
    return _rendered(
        "page.html",
        groups=groups,
        count=len(judged),
        title=_overall(judged),
        gate=_in_words(gate),
        now=rfc3339(unix_ms(now)),
        script=script,
        style=style,
        script_hash=_hash(script),
        style_hash=_hash(style),
        **_NAMES,
    )


def as_charts(judged: Sequence[ClusterReport], gate: Gate, *, now: datetime) -> str:
    """Return one SVG picture: a timeline for each cluster, in the order of the page."""
    groups = _views(judged, gate, now)
    top = 0
    for group in groups:
        group["top"] = top
        top += _REGION_HEIGHT if group["title"] else 0
        for view in group["clusters"]:
            heading = _heading(view["name"], f"newest success {view['fresh'].text}" if view["fresh"] else "")
            heading += [("", view["id"])] if view["id"] else []
            below = _FIRST_LINE + (len(heading) - 1) * _LINE
            view.update(heading=heading, top=top, below=below)
            top += below + (HEIGHT + 56 if view["timeline"] else 48)
    return _rendered("charts.svg", groups=groups, whole=top, line=_LINE, style=_source("timeline.css"), **_NAMES)


def as_badge(judged: Sequence[ClusterReport], gate: Gate, *, now: datetime) -> str:
    """Return a small SVG badge: the worst state, and the newest success's age or how many clusters passed."""
    state = worst_first(judged)[0].state
    if len(judged) == 1:
        fresh = freshness_of(judged[0].records, parse_duration("max_age", gate.max_age), unix_ms(now))
        text = f"{WORDS[state]}, {fresh.age} old" if fresh and state == "passed" else WORDS[state]
    else:
        text = _count_passed(judged)
    label, value = ({"text": each, "width": round(len(each) * _CHARACTER_WIDTH)} for each in ("log backups", text))
    return _rendered("badge.svg", state=state, label=label, value=value)


FORMS: dict[str, Callable[..., str]] = {"html": as_page, "svg": as_charts, "badge": as_badge}

_NAMES = {"symbols": SYMBOLS, "words": WORDS, "height": HEIGHT}


def _views(judged: Sequence[ClusterReport], gate: Gate, now: datetime) -> list[dict[str, Any]]:
    """Return the groups, each with what the templates show of its clusters."""
    max_age, now_ms = parse_duration("max_age", gate.max_age), unix_ms(now)

    def shown(group: Group) -> dict[str, Any]:
        clusters = [{**_view(one, max_age, now_ms), "ambiguous": one.name in group.ambiguous} for one in group.clusters]
        unread = all(one.state == "error" for one in group.clusters)
        counted = WORDS["error"] if unread else _count_passed(group.clusters)
        return {"title": group.title, "counted": counted, "clusters": clusters}

    return [shown(group) for group in grouped(judged)]


def _view(one: ClusterReport, max_age: timedelta, now_ms: int) -> dict[str, Any]:
    causes, more_causes = causes_of(one.records)
    return {
        "name": sanitize(one.name, _LONGEST_NAME),
        "id": sanitize(one.cluster_id or "", _LONGEST_NAME) if one.cluster_id != one.name else "",
        "state": one.state,
        "reason": (reason := sanitize(one.reason, 2000)),
        "sentence": reason if reason.endswith(".") else f"{reason}.",
        "records": one.records,
        "counts": count_kinds(one.records),
        "truncated": one.truncated,
        "fresh": freshness_of(one.records, max_age, now_ms),
        "causes": causes,
        "more_causes": more_causes,
        "timeline": timeline_of(one.records, max_age, now_ms),
    }


def _heading(name: str, fresh: str) -> list[tuple[str, str]]:
    """Return the lines of a picture's heading, each with what of the name and of the freshness stands in it."""
    lines, line, width = [], "", 0.0
    for character in name:
        wide = _width(character)
        if width + wide > _HEADING_WIDTH:
            lines.append((line, ""))
            line, width = "", 0.0
        line, width = line + character, width + wide
    if width + 10 + _width(fresh) <= _HEADING_WIDTH:
        return [*lines, (line, fresh)]
    return [*lines, (line, ""), ("", fresh)]


def _width(text: str) -> float:
    return sum(_NARROW_CHARACTER if character in _NARROW else _OTHER_CHARACTER for character in text)


def _overall(judged: Sequence[ClusterReport]) -> str:
    if len(judged) == 1:
        return {
            "passed": "The log backups are good enough",
            "pending": "A log backup is running",
            "failed": "The log backups are not good enough",
            "error": "The log backups could not be read",
        }[judged[0].state]
    return f"Log backups: {_count_passed(judged)}"


def _count_passed(judged: Sequence[ClusterReport]) -> str:
    return f"{sum(one.state == 'passed' for one in judged)} of {len(judged)} passed"


def _in_words(gate: Gate) -> str:
    age, running = (format_duration(parse_duration(name, getattr(gate, name))) for name in ("max_age", "max_running"))
    failures = gate.max_consecutive_failures
    since = f"at most {failures} failed since" if failures else "none failed since"
    return f"the newest success is at most {age} old, {since}, and none runs for more than {running}"


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _rendered(name: str, **values: Any) -> str:
    text = _environment().get_template(name).render(**values)
    # Azure acts on ##vso[...] anywhere in a line, TeamCity on ##teamcity[...]; a reader sees both signs.
    return re.sub("(?<=#)#", "&#35;", text)


@functools.cache
def _source(name: str) -> str:
    """Return a script or style, as it stands in the page; it is ours, and holds no data."""
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
