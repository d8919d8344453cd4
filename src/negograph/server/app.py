"""The web application: routes, what goes to the pool, and what stands in every answer's head."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from negograph.dataset import DUMPS
from negograph.kg import KnowledgeGraph
from negograph.ontology import resource
from negograph.pages import SPACES
from negograph.server import media
from negograph.server.headers import Heads
from negograph.server.keeping import Kept
from negograph.server.openapi import document
from negograph.server.pool import Pool
from negograph.server.protocol import RefusedError, read_job
from negograph.server.querying import FLEETING
from negograph.server.replies import Reply, problem
from negograph.server.requests import REPORTS, parameters, slices
from negograph.server.running import Settings

__all__ = ["application"]

_LOG = logging.getLogger("negograph.server")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_KEPT = 16 * 2**20
"""Bytes of pages and answers that are kept."""


class _Site:
    """What the routes share."""

    def __init__(self, kg: KnowledgeGraph, pool: Pool, settings: Settings) -> None:
        self.kg, self.pool, self.settings = kg, pool, settings
        self.kept = Kept(_KEPT)
        self.picture = (resource("pages", "static") / "icon.svg").read_bytes()
        self.patience = max(60.0, 5 * settings.time_limit)
        """Seconds for what is not an arbitrary query: questions, reports and pages."""

    async def sparql(self, request: Request) -> Response:
        try:
            job = await read_job(request)
        except RefusedError as refused:
            return _response(refused.reply)
        if job is None:
            return await self.shown(request, media.STATEMENTS, op="description")
        job["base"] = _base(request)
        reply = self.kept.get(job) or await self.pool.run(job, self.settings.time_limit)
        if not FLEETING.search(job["query"]):
            self.kept.keep(job, reply)
        return _response(reply, Vary="Accept")

    async def shown(self, request: Request, offered: tuple[media.Form, ...], **job: Any) -> Response:
        """A page or an answer, in the format that the client likes; each is made once."""
        asked = request.query_params.get("format")
        form = media.choose(request.headers.get("accept"), offered, asked)
        if form is None:
            have = ", ".join(f"{each.name} ({each.type})" for each in offered)
            return _response(problem(400 if asked else 406, f"this can be had as {have}"))
        job |= {"form": form.name, "type": form.header, "base": _base(request)}
        reply = self.kept.get(job) or await self.pool.run(job, self.patience)
        self.kept.keep(job, reply)
        if reply.status != 200:
            return _response(reply, Vary="Accept")
        tag = f'"{sha256(reply.body).hexdigest()[:32]}"'
        if any(tag in each for each in request.headers.getlist("if-none-match")):
            return Response(status_code=304, headers={"ETag": tag, "Vary": "Accept"})
        return _response(reply, Vary="Accept", ETag=tag, Cache_Control="no-cache")

    async def question(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.kg.questions:
            return _response(problem(404, f"no question '{name}'; /questions has them all"))
        given = parameters(request)
        return await self.shown(
            request, media.TABLES, op="question", name=name, parameters=given, slices=slices(request)
        )

    async def report(self, request: Request) -> Response:
        kind = request.url.path.split("/")[1]
        spec = REPORTS[kind]
        path = {"negotiation": request.path_params["id"]} if "id" in request.path_params else {}
        given = parameters(request) | path
        unknown = set(given) - set(spec.parameters)
        missing = [name for name in spec.required if name not in given]
        if unknown or missing:
            needs = f", and needs {' and '.join(spec.required)}" if spec.required else ""
            return _response(problem(400, f"{kind} takes {', '.join(spec.parameters)}{needs}"))
        return await self.shown(request, media.TABLES, op="report", kind=kind, parameters=given, slices=slices(request))

    async def thing(self, request: Request) -> Response:
        space, name = request.url.path.split("/")[1], request.path_params.get("id", "")
        path = f"{space}/{quote(name, safe='')}" if name else space
        return await self.shown(request, media.PAGES, op="thing", path=path)

    async def data(self, request: Request) -> Response:
        suffix = request.path_params["suffix"]
        if suffix not in DUMPS:
            return _response(problem(404, f"no format .{suffix}; there are {', '.join('.' + each for each in DUMPS)}"))
        return await self.shown(request, (media.Form(suffix, DUMPS[suffix]),), op="data")

    async def dataset(self, request: Request) -> Response:
        return await self.shown(request, media.STATEMENTS, op="void")

    async def questions(self, request: Request) -> Response:
        return await self.shown(request, media.ASKED, op="questions")

    async def page(self, request: Request) -> Response:
        name = request.url.path.strip("/") or "home"
        return await self.shown(request, media.PAGES[:1], op="page", name=name)

    async def openapi(self, request: Request) -> Response:
        text = json.dumps(document(self.kg.questions, _base(request)), ensure_ascii=False, indent=1)
        return Response(text, media_type="application/json")

    async def icon(self, request: Request) -> Response:
        return Response(self.picture, media_type="image/svg+xml")

    async def health(self, request: Request) -> Response:
        lost = self.pool.lost.is_set()
        state = {"status": "lost" if lost else "ok", "claims": len(self.kg), "waiting": len(self.pool.waiting)}
        return Response(json.dumps(state), 503 if lost else 200, media_type="application/json")


def application(kg: KnowledgeGraph, pool: Pool, settings: Settings) -> Any:
    """The ASGI application."""
    site = _Site(kg, pool, settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        pool.open()
        yield
        pool.close()

    routes: list[Route | Mount] = [
        Route("/", site.page),
        Route("/start", site.page),
        Route("/query", site.page),
        Route("/truncated", site.page),
        Route("/sparql", site.sparql, methods=["GET", "POST"]),
        Route("/questions", site.questions),
        Route("/questions/{name}", site.question),
        *[Route(f"/{kind}", site.report) for kind in REPORTS if kind != "brief"],
        Route("/brief/{id}", site.report),
        *[Route(f"/{space}/{{id}}", site.thing) for space in (*SPACES.values(), "ns")],
        *[Route(f"/{path}", site.thing) for path in ("dataset", "ns", "curators")],
        Route("/data.{suffix}", site.data),
        Route("/.well-known/void", site.dataset),
        Route("/openapi.json", site.openapi),
        Route("/healthz", site.health),
        Route("/favicon.ico", site.icon),
        Mount("/static", StaticFiles(directory=resource("server", "static"), packages=[("negograph.pages", "static")])),
        Mount("/vendor", StaticFiles(directory=resource("server", "vendor"))),
    ]
    handlers: dict[Any, Any] = {HTTPException: _refusal}
    return Heads(Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers), cors=settings.cors)


async def _refusal(_: Request, error: HTTPException) -> Response:
    sentences = {404: "there is nothing here; / has links to what there is", 405: "this method is not for this address"}
    sentence = sentences.get(error.status_code, error.detail)
    return _response(problem(error.status_code, sentence, **(error.headers or {})))


def _response(reply: Reply, **more: str) -> Response:
    headers = dict(reply.headers)
    if traceback := headers.pop("X-Traceback", ""):
        _LOG.error(traceback)
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return Response(reply.body, reply.status, headers | {"Content-Type": reply.type})


def _base(request: Request) -> str:
    """How the client calls the server, as far as that is the name of a host."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""
