"""The OpenAPI document: every question with its parameters, and the other addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negograph import __version__
from negograph.dataset import DUMPS
from negograph.questions import Question
from negograph.server import media
from negograph.server.requests import REPORTS, SLICES

__all__ = ["document"]


_THINGS = {
    "id": "an entity",
    "claim": "a claim",
    "source": "a source",
    "passage": "a passage",
    "story": "a story",
    "ns": "a term of the vocabulary",
}


def document(known: Mapping[str, Question], base: str) -> dict[str, Any]:
    """The description of the server in OpenAPI 3.1."""
    paths: dict[str, Any] = {
        f"/questions/{name}": _path(
            question.title,
            question.summary,
            [_parameter(each.name, f"{each.help} ({each.type})", choices=each.choices) for each in question.parameters],
        )
        for name, question in known.items()
    }
    for name, plan in REPORTS.items():
        in_path = name == "brief"
        given = [
            _parameter(each, each, required=needed, where="path" if in_path and needed else "query")
            for each in plan.parameters
            for needed in [each in plan.required]
        ]
        paths[f"/{name}" + ("/{negotiation}" if in_path else "")] = _path(plan.title, "", given)
    for space, what in _THINGS.items():
        identifier = [_parameter("id", f"id of {what}", required=True, where="path")]
        paths[f"/{space}/{{id}}"] = _operation(f"Everything that the graph says of {what}", "", identifier, media.PAGES)
    paths["/ns"] = _operation("The vocabulary", "", [], media.PAGES)
    paths["/dataset"] = _operation("What there is, in which version", "", [], media.PAGES)
    for suffix, kind in DUMPS.items():
        paths[f"/data.{suffix}"] = _operation("The whole graph", "", [], (media.Form(suffix, kind),))
    paths["/sparql"] = _sparql()
    servers = [{"url": base}] if base else []
    info = {"title": "negograph", "version": __version__, "description": "Negotiations, and who says what about them."}
    return {"openapi": "3.1.0", "info": info, "servers": servers, "paths": paths}


def _path(title: str, summary: str, given: list[dict[str, Any]]) -> dict[str, Any]:
    common = [_parameter(name, what, repeated=name != "as-of") for name, what in SLICES.items()]
    return _operation(title, summary, [*given, *common], media.TABLES)


def _operation(
    title: str, description: str, given: list[dict[str, Any]], forms: tuple[media.Form, ...]
) -> dict[str, Any]:
    if len(forms) > 1:
        names = {"type": "string", "enum": [form.name for form in forms]}
        given = [*given, {"name": "format", "in": "query", "schema": names, "description": "instead of Accept"}]
    answers = {
        "200": {"description": "the answer", "content": {form.type: {} for form in forms}},
        "400": {"description": "a parameter does not fit"},
        "404": {"description": "there is no such thing"},
        "406": {"description": "not to be had in that format"},
        "503": {"description": "busy; Retry-After says when to come back"},
    }
    return {"get": {"summary": title, "description": description, "parameters": given, "responses": answers}}


def _parameter(
    name: str,
    what: str,
    *,
    required: bool = False,
    where: str = "query",
    repeated: bool = False,
    choices: Sequence[str] = (),
) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "enum": list(choices)} if choices else {"type": "string"}
    schema: dict[str, Any] = {"type": "array", "items": text} if repeated else text
    return {"name": name, "in": where, "required": required, "description": what, "schema": schema}


def _sparql() -> dict[str, Any]:
    given = [
        _parameter("query", "a SPARQL 1.1 query", required=True),
        _parameter("default-graph-uri", "a graph of the server", repeated=True),
        _parameter("named-graph-uri", "a graph of the server", repeated=True),
    ]
    return _operation("SPARQL 1.1 Protocol, query operations", "", given, (*media.ROWS, *media.STATEMENTS))
