"""What addresses take: parameters, slices of the graph, reports and files."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

__all__ = ["REPORTS", "SLICES", "ReportPlan", "parameters", "slices"]

SLICES = {
    "without": "leave out this source or speaker (may be repeated)",
    "only": "hear only this source (may be repeated)",
    "speaker": "hear only this speaker (may be repeated)",
    "as-of": "leave out what begins later (2019, 2019-06, 2019-06-30)",
}
"""Which part of the graph answers, and what each word means."""


@dataclass(frozen=True)
class ReportPlan:
    """A report: what it answers and takes."""

    title: str
    parameters: tuple[str, ...]
    required: tuple[str, ...] = ()


REPORTS = {
    "compare": ReportPlan("Which earlier talks does this resemble?", ("negotiation", "other"), ("negotiation",)),
    "brief": ReportPlan("What do the sources say of it?", ("negotiation", "full"), ("negotiation",)),
    "audit": ReportPlan("Do the parallels that speakers draw hold?", ("negotiation", "full")),
    "detect": ReportPlan("Who may have been left out, though no source says so?", ("deal", "actor")),
    "path": ReportPlan("How do two things hang together?", ("start", "end"), ("start", "end")),
}
"""Reports by the first part of their address."""


def parameters(request: Request) -> dict[str, str]:
    """The parameters that a request gives a value, without format and slices."""
    return {
        name: value
        for name, value in request.query_params.items()
        if value.strip() and name != "format" and name not in SLICES
    }


def slices(request: Request) -> dict[str, list[str]]:
    """The slices that a request asks for."""
    found = {name: [each for each in request.query_params.getlist(name) if each.strip()] for name in SLICES}
    return {name: values for name, values in found.items() if values}
