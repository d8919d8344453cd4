"""The SPARQL 1.1 Protocol, query operations: from an HTTP request to a job, or to a refusal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from negograph.server.replies import Reply, problem

__all__ = ["RefusedError", "read_job"]

LONGEST = 64 * 1024
"""Bytes of a query."""
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_SECONDS = 10
"""How long a client may take to send its body."""
_ROOM = 3
"""A form escapes: each byte of a query may take three of the body."""


@dataclass
class RefusedError(Exception):
    """A request that is answered with a refusal."""

    reply: Reply


async def read_job(request: Request) -> dict[str, Any] | None:
    """The query of a request as a job for the endpoint; ``None`` where there is none to be answered (GET).

    Raises:
        RefusedError: it is no request of the protocol, too large, or no query.
    """
    fields = _fields(request.scope["query_string"])
    query: str | None
    if request.method == "POST":
        kind = _kind(request)
        if kind == _UPDATE:
            raise _refused(403, "this server only answers queries: updates are not allowed")
        if kind == _QUERY:
            query = _text(await _body(request, LONGEST))
        else:
            fields = [*fields, *_fields(await _body(request, LONGEST * _ROOM))]
            query = _only(fields, "query")
    else:
        query = _only(fields, "query")
    if any(name == "update" for name, _ in fields):
        raise _refused(403, "this server only answers queries: updates are not allowed")
    if query is None:
        if request.method == "POST":
            raise _refused(400, "there is no query: send it as the field 'query', or as application/sparql-query")
        return None
    if len(query.encode()) > LONGEST:
        raise _refused(413 if request.method == "POST" else 414, f"a query may be {LONGEST >> 10} kB long")
    return {
        "op": "query",
        "query": query,
        "default": [value for name, value in fields if name == "default-graph-uri"],
        "named": [value for name, value in fields if name == "named-graph-uri"],
        "accept": request.headers.get("accept"),
        "format": next((value for name, value in fields if name == "format"), None),
    }


def _refused(status: int, sentence: str, **headers: str) -> RefusedError:
    return RefusedError(problem(status, sentence, **headers))


def _kind(request: Request) -> str:
    """The media type of the body."""
    kind, *parameters = (each.strip().lower() for each in request.headers.get("content-type", "").split(";"))
    if kind not in (_FORM, _QUERY, _UPDATE):
        raise _refused(415, f"a query comes as {_FORM} or {_QUERY}", Accept_Post=f"{_FORM}, {_QUERY}")
    charset = dict(each.partition("=")[::2] for each in parameters).get("charset", "utf-8").strip('"')
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise _refused(415, "a query is written in UTF-8")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise _refused(415, "send the query as it is, without Content-Encoding")
    return kind


async def _body(request: Request, longest: int) -> bytes:
    """The body, as long as it is not too long and comes in time."""
    too_long = _refused(413, f"a query may be {LONGEST >> 10} kB long")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > longest:
        raise too_long
    found = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            async for piece in request.stream():
                found += piece
                if len(found) > longest:
                    raise too_long
    except TimeoutError:
        raise _refused(408, f"the query did not come within {_SECONDS} seconds") from None
    return bytes(found)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _refused(400, "the query is not UTF-8") from None


def _fields(data: bytes) -> list[tuple[str, str]]:
    try:
        text = data.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise _refused(400, "the fields of the request cannot be read: UTF-8, percent-encoded, 200 at most") from None


def _only(fields: list[tuple[str, str]], name: str) -> str | None:
    values = [value for key, value in fields if key == name]
    if len(values) > 1:
        raise _refused(400, f"'{name}' was given {len(values)} times; once is enough")
    return values[0] if values else None
