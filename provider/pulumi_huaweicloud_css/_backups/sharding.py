"""Splitting an account's clusters over several runners: each takes a stable share, by a hash of the cluster's id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import ArgumentError

MAX_SHARDS = 1000
_SHARD = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")


@dataclass(frozen=True)
class Shard:
    """One share of all clusters.

    Args:
        index: the number of the share, from 1.
        total: how many shares there are, at most 1,000.

    Raises:
        ArgumentError: there is no such share.
    """

    index: int
    total: int

    def __post_init__(self) -> None:
        """Check the numbers."""
        if not 1 <= self.index <= self.total <= MAX_SHARDS:
            raise ArgumentError("shard", f"there is no share {self.index} of {self.total}; the first of eight is 1/8")

    def __str__(self) -> str:
        """Return ``index/total``."""
        return f"{self.index}/{self.total}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the share that is written as ``index/total``.

        Raises:
            ArgumentError: it is none.
        """
        found = _SHARD.fullmatch(text.strip())
        if found is None:
            raise ArgumentError("shard", f"{text!r} is not a share like 3/8, the third of eight")
        return cls(int(found[1]), int(found[2]))

    def takes(self, cluster_id: str) -> bool:
        """Return whether a cluster is in this share; every cluster is in exactly one of the `total` shares."""
        hashed = hashlib.sha256(cluster_id.strip().lower().encode()).digest()
        return int.from_bytes(hashed[:8]) % self.total == self.index - 1


def digest_of(cluster_ids: Iterable[str]) -> str:
    """Return 16 hexadecimal digits by which two runners can see whether they split the same list of clusters."""
    listed = "\n".join(sorted({cluster_id.strip().lower() for cluster_id in cluster_ids}))
    return hashlib.sha256(listed.encode()).hexdigest()[:16]
