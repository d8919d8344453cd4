"""Starting and ending: the zygote first, the web server beside it, both gone at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any

from negograph.errors import ServerError
from negograph.kg import KnowledgeGraph

__all__ = ["Settings", "serve"]

_STREAM = "ext://sys.stderr"
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": _STREAM}},
    "loggers": {
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "negograph.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}


@dataclass(frozen=True)
class Settings:
    """Where the server listens, and what a query may take."""

    host: str = "127.0.0.1"
    port: int = 8000
    time_limit: float = 2.0
    """Seconds."""
    row_limit: int = 10_000
    memory_limit: int = 3 * 2**29
    """Bytes of address space."""
    places: int = max(4, 2 * (os.cpu_count() or 1))
    """Queries at once, not counting those that take long."""
    queue: int = 64
    cors: bool = True
    """Whether scripts of other sites may read the answers."""


def serve(kg: KnowledgeGraph, settings: Settings | None = None) -> None:
    """Serve a graph until a signal ends it.

    Raises:
        ServerError: the extra is not installed, the port is taken, or the processes cannot be had.
    """
    settings = settings or Settings()
    if sys.platform != "linux":
        raise ServerError("the server needs Linux: its limits on queries are those of Linux processes")
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise ServerError("the server needs more packages: in a checkout, pip install '.[server]'") from None
    with _listening(settings) as listener:
        _serve(kg, settings, listener)


def _listening(settings: Settings) -> socket.socket:
    """The socket that the server listens on."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        why = str(error.strerror).partition(" (while")[0]  # Python adds the address in its own way
        raise ServerError(f"cannot listen on {where}: {why}; take another with --port") from None


def _serve(kg: KnowledgeGraph, settings: Settings, listener: socket.socket) -> None:
    from negograph.server import zygote
    from negograph.server.app import application
    from negograph.server.pool import Pool
    from negograph.server.workshop import Workshop

    nursery = zygote.start(Workshop(kg, settings.row_limit).do, settings.memory_limit)
    try:
        pool = Pool(nursery.control, settings.memory_limit, places=settings.places, queue=settings.queue)
        config = _config(application(kg, pool, settings), settings)
        asyncio.run(_run(_server(config, _url(settings, listener)), pool, listener))
        if pool.lost.is_set():
            raise ServerError("the process that answers queries is gone; the server has ended")
    finally:
        nursery.stop()


def _config(app: Any, settings: Settings) -> Any:
    """How the web server is set up."""
    import uvicorn

    return uvicorn.Config(
        app,
        log_config=_LOGGING,
        http="h11",
        ws="none",
        lifespan="on",
        server_header=False,
        h11_max_incomplete_event_size=256 * 1024,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=int(settings.time_limit) + 2,
        limit_concurrency=1000,
        backlog=512,
    )


def _url(settings: Settings, listener: socket.socket) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listener.getsockname()[1]}/"


async def _run(server: Any, pool: Any, listener: socket.socket) -> None:
    """Serve until a signal comes, or the zygote is gone."""
    loop = asyncio.get_running_loop()
    serving = asyncio.ensure_future(server.serve([listener]))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.end)
    losing = asyncio.ensure_future(pool.lost.wait())
    await asyncio.wait({serving, losing}, return_when=asyncio.FIRST_COMPLETED)
    losing.cancel()
    server.end()
    await serving


def _server(config: Any, url: str) -> Any:
    """The web server; its base is imported late, for the extra may be missing."""
    import contextlib
    from collections.abc import Iterator

    import uvicorn

    class Server(uvicorn.Server):
        """Says where it listens, and ends without handing the signal on: a signal is how it is meant to end."""

        def end(self) -> None:
            self.should_exit = True

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"negograph: serving on {url} (Ctrl-C ends it)", file=sys.stderr, flush=True)

    return Server(config)
