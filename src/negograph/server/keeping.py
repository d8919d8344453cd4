"""Answers that are kept: the graph does not change while it is served."""

from __future__ import annotations

import json
from collections import OrderedDict
from hashlib import sha256
from typing import Any

from negograph.server.replies import Reply

__all__ = ["Kept"]

_BESIDES = 1024
"""Bytes that an answer takes besides its body, about."""


class Kept:
    """The answers that were wanted last, up to so many bytes.

    >>> kept = Kept(5000)
    >>> kept.keep({"op": "x"}, Reply(b"1")); kept.get({"op": "x"}).body
    b'1'
    >>> for number in range(9): kept.keep({"op": number}, Reply(b"1"))
    >>> kept.get({"op": "x"}) is None, kept.get({"op": 8}) is None
    (True, False)
    """

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self._replies: OrderedDict[bytes, Reply] = OrderedDict()

    def get(self, job: dict[str, Any]) -> Reply | None:
        """The answer to a job that was done before."""
        key = _key(job)
        if key in self._replies:
            self._replies.move_to_end(key)
        return self._replies.get(key)

    def keep(self, job: dict[str, Any], reply: Reply) -> None:
        """Keep an answer, unless it is a refusal or would push out too much."""
        key, size = _key(job), len(reply.body) + _BESIDES
        if reply.status != 200 or size > self.most / 4 or key in self._replies:
            return
        self._replies[key] = reply
        self.size += size
        while self.size > self.most:
            _, gone = self._replies.popitem(last=False)
            self.size -= len(gone.body) + _BESIDES


def _key(job: dict[str, Any]) -> bytes:
    return sha256(json.dumps(job, sort_keys=True).encode()).digest()
