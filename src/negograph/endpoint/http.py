"""One request over HTTP, with a limit on the whole of it, and every way it can fail as one sentence.

Redirects are followed on the same host only (``http`` to ``https`` on it is allowed, the way back is
not), and user and password go out only in answer to a challenge of that host: never into a message,
and never to anybody else. Proxies of the environment are not used.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from threading import Timer
from urllib.error import URLError
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from negograph import __version__
from negograph.errors import EndpointError

__all__ = ["Address", "Reply", "send"]

_AGENT = f"negograph/{__version__} (Python {sys.version_info.major}.{sys.version_info.minor})"
_REDIRECTS = (301, 302, 303, 307, 308)
_HOPS = 5
_PIECE = 1 << 16


@dataclass(frozen=True)
class Address:
    """Where an engine listens, and who asks; the password is in no text that this prints."""

    url: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.url

    @classmethod
    def read(cls, url: str) -> Address:
        """The address in a URL; user and password from it or from ``NEGOGRAPH_AUTH`` (``user:password``).

        Raises:
            EndpointError: not an http or https URL.

        >>> Address.read("http://me:secret@example.org/sparql")
        Address(url='http://example.org/sparql')
        """
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
        except ValueError:
            known = False
        if not known or re.search(r"[\x00-\x20\x7f-\U0010ffff]", url):
            raise EndpointError("an endpoint is an http or https URL, such as http://localhost:3030/negograph/query")
        user, password = parts.username, parts.password
        if user is None:
            user, _, password = os.environ.get("NEGOGRAPH_AUTH", "").partition(":")
        else:
            user, password = unquote(user), unquote(password or "")
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
        return cls(urlunsplit(bare), user, password)


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the headers in lower case, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def type(self) -> str:
        """The media type, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def said(self) -> str:
        """The first line of what the engine says, or the text of an HTML page in one line."""
        text = self.body[:20000].decode("utf-8", "replace")
        if "<html" in text.lower():
            text = unescape(re.sub(r"(?is)<(script|style|title).*?</\1>|<[^>]*>", " ", text))
            return " ".join(text.split())[:200]
        return next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")[:500]


def send(
    method: str,
    address: Address,
    headers: Mapping[str, str],
    body: bytes = b"",
    *,
    limit: float,
    progress: Callable[[int], None] | None = None,
) -> Reply:
    """Send one request, answer a challenge, follow redirects on the same host.

    Args:
        limit: seconds until everything must have come back.
        progress: is told how many bytes of the body have gone out.

    Raises:
        EndpointError: no connection, no answer in time, an answer cut short, a redirect elsewhere.
    """
    authorization = ""
    for _ in range(_HOPS):
        given = dict(headers) | ({"Authorization": authorization} if authorization else {})
        reply = _exchange(method, address, given, body, limit, progress)
        if reply.status == 401 and address.user and not authorization:
            authorization = _authorization(reply, method, address)
            continue
        if reply.status not in _REDIRECTS or "location" not in reply.headers:
            return reply
        address, authorization = _redirected(address, reply.headers["location"]), ""
    raise EndpointError(f"{address} sends requests around in a circle")


def _redirected(address: Address, location: str) -> Address:
    old, target = urlsplit(address.url), location
    try:
        target = urljoin(address.url, location)
        new = urlsplit(target)
        same = new.hostname == old.hostname and (new.scheme, _port(new)) in ((old.scheme, _port(old)), ("https", 443))
    except ValueError:
        same = False
    if not same:
        where = re.sub(r"//[^/@]*@", "//", target)[:200]
        raise EndpointError(f"{address} redirects to {where}, which is not followed: give the right address yourself")
    return replace(address, url=urlunsplit(new._replace(netloc=new.netloc.rpartition("@")[2], fragment="")))


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _exchange(
    method: str,
    address: Address,
    headers: Mapping[str, str],
    body: bytes,
    limit: float,
    progress: Callable[[int], None] | None,
) -> Reply:
    parts = urlsplit(address.url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=limit)
    lines: list[socket.socket] = []  # getresponse() lets go of the socket; hang_up() must not
    late = False

    def hang_up() -> None:
        nonlocal late
        late = True
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    timer = Timer(limit, hang_up)
    timer.start()
    try:
        given = {"User-Agent": _AGENT, "Connection": "close", **headers}
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.connect()
        lines.append(connection.sock)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before it has read all
            connection.request(method, path, _pieces(body, progress), {**given, "Content-Length": str(len(body))})
        response = connection.getresponse()
        reply = Reply(response.status, {key.lower(): value for key, value in response.getheaders()}, response.read())
    except (OSError, http.client.HTTPException) as error:
        raise EndpointError(_why(address, error, late or isinstance(error, TimeoutError), limit)) from error
    finally:
        timer.cancel()
        connection.close()
    if late:
        raise EndpointError(_why(address, None, True, limit))
    return reply


def _pieces(body: bytes, progress: Callable[[int], None] | None) -> Iterator[bytes]:
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]
        if progress:
            progress(min(start + _PIECE, len(body)))


def _why(address: Address, error: Exception | None, late: bool, limit: float) -> str:
    if late:
        return f"{address} has not answered within {limit:g} seconds; --time-limit gives it longer"
    if isinstance(error, http.client.IncompleteRead):
        return f"{address} broke off in the middle of its answer"
    if isinstance(error, (http.client.HTTPException, ConnectionResetError)):
        return f"{address} hung up, or does not speak HTTP"
    if isinstance(error, ssl.SSLError):
        return f"{address}: no secure connection ({error.reason or error})"
    if isinstance(error, socket.gaierror):
        return f"{address}: no host of that name is found"
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error) or "no connection"
    return f"{address} cannot be reached: {reason}"


def _authorization(reply: Reply, method: str, address: Address) -> str:
    """What to answer a challenge with; the standard library reckons the digest."""
    kind, _, rest = reply.headers.get("www-authenticate", "").strip().partition(" ")
    if kind.lower() == "basic":
        return "Basic " + base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
    answer = None
    if kind.lower() == "digest":
        known = HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, address.url, address.user, address.password)
        request = Request(address.url, method=method)
        with contextlib.suppress(ValueError, URLError):  # an algorithm, or letters, that it cannot do
            answer = HTTPDigestAuthHandler(known).get_authorization(request, parse_keqv_list(parse_http_list(rest)))
    if not answer:
        way = kind[:40] or "none that it names"
        raise EndpointError(f"{address} asks for a password in a way that is not known here: {way}")
    return "Digest " + answer
