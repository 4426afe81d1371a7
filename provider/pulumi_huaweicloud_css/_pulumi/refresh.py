"""Merges a refresh's read into the state: it never fails, and only what changed in the API counts as a change."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from .._backups.fleet import is_gone
from .._text import for_engine, sanitize
from ..errors import CssError, FleetError, SiteError

# Differs in each response, and so may the number of attempts in the same parentheses.
_REQUEST = re.compile(r" \(request id: [^)]*\)")
_LOG_SECONDS = 10


def merged(known: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    """Return what was read, or the state if only the time of the read differs.

    Each read has its own `read_at`, and ages depend on it; a refresh should not report that as a change.
    """
    return known if _lasting(known) == _lasting(read) else read


def keep_unread(known: dict[str, Any], read: dict[str, Any], unread: Mapping[str, CssError]) -> dict[str, Any]:
    """Return what was read of a fleet, with the last known values of clusters that could not be read.

    So is what is known of a site whose clusters could not be listed. Of a cluster that is gone, only the error is left.

    Args:
        known: what is in the state.
        read: what was read, with the errors of all clusters that failed.
        unread: why clusters could not be read, by cluster id; or those of a site, by the site's name.
    """
    away = [error.site.partition("/") for error in unread.values() if isinstance(error, SiteError)]
    kept = {key for key, error in unread.items() if isinstance(error, SiteError)}
    kept |= {key for key, error in unread.items() if key in known["clusters"] and not is_gone(error)}
    kept |= {
        key
        for key, cluster in known["clusters"].items()
        for region, _, project_id in away
        if cluster.get("region") == region and project_id in ("", cluster.get("project_id"))
    }
    if not kept:
        return read
    both = dict(read)
    for name in ("clusters", "verdicts", "errors"):
        if read[name] is not None:
            old = {key: value for key, value in (known.get(name) or {}).items() if key in kept}
            both[name] = {key: value for key, value in read[name].items() if key not in kept} | old
    failed = read["failed_cluster_ids"]
    if not both["errors"].keys() <= set(failed):
        failed = dict.fromkeys([*known["failed_cluster_ids"], *failed])
    both["failed_cluster_ids"] = [key for key in failed if key in both["errors"]]
    if away:  # nobody knows of which site a skipped cluster is
        there = {*both["clusters"], *(each["cluster_id"] for each in read["skipped"])}
        lost = [each for each in known.get("skipped") or () if each["cluster_id"] not in there]
        both["skipped"] = [*read["skipped"], *lost]
    successes = [each["latest_success"] for each in both["clusters"].values() if each.get("latest_success")]
    both["oldest_success"] = min(successes, key=_when, default=None)
    return both


def _when(success: Mapping[str, Any]) -> tuple[str, str]:
    return success.get("finished_at") or success.get("created_at") or "", success["id"]


def warn(subject: str, error: Exception) -> None:
    """Have the engine show, as a warning, that a refresh left a resource as it was.

    Args:
        subject: the resource, for the warning.
        error: why; of an unexpected one only the type is shown, because its text may contain anything.
    """
    kind = type(error).__name__
    reason = f"{kind}: {_short(str(error))}" if isinstance(error, CssError) else f"unexpected {kind}"
    _show(f"{subject} was not refreshed, and its state is left as it was: {reason}")


def warn_of_clusters(subject: str, unread: Mapping[str, CssError], total: int) -> None:
    """Have the engine show, as warnings, which clusters of a fleet are gone, and which could not be read.

    Args:
        subject: the fleet, for the warnings.
        unread: why clusters could not be read, by cluster id.
        total: how many clusters there are.
    """
    gone = [key for key, error in unread.items() if is_gone(error)]
    others = {key: error for key, error in unread.items() if not is_gone(error)}
    if gone:
        number = f"{len(gone)} {'is' if len(gone) == 1 else 'are'} gone"
        left = f"of {total} clusters, {number}, and no longer among its clusters and verdicts"
        _show(f"{subject}: {left}: {_short(', '.join(gone))}")
    if others:
        left = "clusters that could not be read keep their last known values"
        _show(f"{subject}: {left}: {_short(str(FleetError(others, total)))}")


def _short(text: str) -> str:
    return sanitize(text, 2000)


def _show(text: str) -> None:
    """Have the engine show a warning.

    The engine's address is this process's argument. If it cannot be reached, the text goes to standard error, which
    the engine shows too, but not as a warning.
    """
    shown = for_engine(text)
    request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=shown)
    try:
        with grpc.insecure_channel(sys.argv[1]) as channel:
            engine_pb2_grpc.EngineStub(channel).Log(request, timeout=_LOG_SECONDS)
    except (grpc.RpcError, IndexError):
        print(shown, file=sys.stderr, flush=True)  # noqa: T201 - where the engine shows it


def _lasting(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs that count as a change if they differ; None is omitted, as in the state."""
    kept: dict[str, Any] = _without_none({**outputs, "read_at": None, "__provider": None})
    verdicts = kept.get("verdicts", {})
    if not kept.get("skipped"):  # states of earlier versions do not have it
        kept.pop("skipped", None)
    if "clusters" in kept:
        kept["clusters"] = {key: _lasting(cluster) for key, cluster in kept["clusters"].items()}
    if "verdict" in kept:
        kept["verdict"] = _without_age(kept["verdict"])
    if "verdicts" in kept:
        kept["verdicts"] = {key: _without_age(verdict) for key, verdict in verdicts.items()}
    if "errors" in kept:  # where there is a verdict, the error is its reason
        kept["errors"] = {
            key: None if key in verdicts else _REQUEST.sub("", text) for key, text in kept["errors"].items()
        }
    return kept


def _without_age(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """Return a verdict without its age, and its reason, which contains the age."""
    return {name: value for name, value in verdict.items() if name not in ("age", "reason")}


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_none(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value
