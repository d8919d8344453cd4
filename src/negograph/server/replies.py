"""Replies: what a child of the pool hands back, as bytes on a socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Reply", "problem", "read_exactly"]

_LENGTHS = struct.Struct("!IQ")


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP: status, media type, body, and headers besides."""

    body: bytes
    type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The reply as bytes, lengths first, so that one cut short shows."""
        head = json.dumps({"type": self.type, "status": self.status, "headers": dict(self.headers)}).encode()
        return _LENGTHS.pack(len(head), len(self.body)) + head + self.body

    @classmethod
    def unpacked(cls, data: bytes | memoryview) -> Reply | None:
        """The reply in these bytes, ``None`` where they are not a whole one."""
        if len(data) < _LENGTHS.size:
            return None
        head, body = _LENGTHS.unpack_from(data)
        start = _LENGTHS.size + head
        if len(data) != start + body:
            return None
        fields: dict[str, Any] = json.loads(bytes(data[_LENGTHS.size : start]))
        return cls(bytes(memoryview(data)[start:]), fields["type"], fields["status"], fields["headers"])


def problem(status: int, sentence: str, **headers: str) -> Reply:
    """A refusal: one sentence in plain text."""
    return Reply(f"{sentence}\n".encode(), status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})


def read_exactly(stream: socket.socket, count: int) -> bytes:
    """So many bytes from a socket.

    Raises:
        EOFError: it ended before.
    """
    found = bytearray()
    while len(found) < count:
        piece = stream.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)
