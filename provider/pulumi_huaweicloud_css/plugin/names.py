"""Names as the other languages write them, in the API, in descriptions and in errors: `clusterId` for `cluster_id`."""

from __future__ import annotations

import re
from collections.abc import Iterable


def camel(name: str) -> str:
    """Return a Python name as other languages write it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def described(text: str) -> str:
    """Return a docstring's words for readers of other languages, as one sentence or more of Markdown."""
    text = re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))
    text = re.sub(
        r"`[^`]*`", lambda quoted: re.sub(r"[a-z]+(?:_[a-z]+)+", lambda name: camel(name[0]), quoted[0]), text
    )
    text = re.sub(r"\bNone\b", "null", text).replace("True if", "true if")
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def in_error(text: str, names: Iterable[str]) -> str:
    """Return an error's text with the arguments' names as other languages write them.

    Only where the text names an argument: the same word may stand for a key of the profile file, or be a value.
    """
    known = "|".join(map(re.escape, names))
    return re.sub(rf"(^|\bthe argument )({known})\b", lambda match: match[1] + camel(match[2]), text)
