"""What a refresh makes of a read: it takes what changed, and neither fails nor reports a change of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from .._text import clean, for_engine
from ..errors import CssError

# Each answer has its own request id; the number of attempts stands beside it.
_REQUEST = re.compile(r" \(request id: [^)]*\)")
_LOG_SECONDS = 10


def merged(known: dict[str, Any], read: dict[str, Any]) -> dict[str, Any]:
    """Return what was read, or what is in the state where nothing but the time of reading differs.

    Each reading has its own `read_at`, and ages are counted to it: that is no change that a refresh should report.
    """
    return known if _lasting(known) == _lasting(read) else read


def warn(subject: str, error: Exception) -> None:
    """Have the engine show, as a warning, that a refresh left a resource as it was.

    The engine's address is this process's argument. Where it cannot be reached, standard error is shown as well,
    without being called a warning.

    Args:
        subject: the resource, for the warning.
        error: why; of an unexpected one only the kind is told, for its text may hold anything.
    """
    kind = type(error).__name__
    reason = f"{kind}: {clean(str(error), 2000)}" if isinstance(error, CssError) else f"unexpected {kind}"
    text = f"{subject} was not refreshed, and its state is left as it was: {reason}"
    shown = for_engine(text)
    request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=shown)
    try:
        with grpc.insecure_channel(sys.argv[1]) as channel:
            engine_pb2_grpc.EngineStub(channel).Log(request, timeout=_LOG_SECONDS)
    except (grpc.RpcError, IndexError):
        print(shown, file=sys.stderr, flush=True)


def _lasting(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of which a difference is a change; None stands for no entry, as in the state."""
    kept: dict[str, Any] = _without_none({**outputs, "read_at": None, "__provider": None})
    verdicts = kept.get("verdicts", {})
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
    """Return a verdict without its age, which its reason tells, too."""
    return {name: value for name, value in verdict.items() if name not in ("age", "reason")}


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_none(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value
