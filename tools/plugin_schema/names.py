"""Descriptions as readers of other languages get them: `clusterId` for `cluster_id`, null for None."""

from __future__ import annotations

import re

from pulumi_huaweicloud_css._text import camel


def described(text: str) -> str:
    """Return a docstring's words for readers of other languages, as one sentence or more of Markdown."""
    text = re.sub(r"``(.+?)``", r"`\1`", " ".join(text.split()))
    text = re.sub(
        r"`[^`]*`", lambda quoted: re.sub(r"[a-z]+(?:_[a-z]+)+", lambda name: camel(name[0]), quoted[0]), text
    )
    text = re.sub(r"=(True|False)\b", lambda found: found[0].lower(), text)
    text = re.sub(r"\bNone\b", "null", text).replace("True if", "true if")
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
