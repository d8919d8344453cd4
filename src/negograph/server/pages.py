"""HTML: templates with everything escaped, and links that lead only where a page or the web is."""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from typing import Any

from negograph.answers import Answer
from negograph.dataset import DUMPS
from negograph.kg import KnowledgeGraph
from negograph.ontology import resource
from negograph.pages import Addresses, Things, environment
from negograph.reports import Report
from negograph.server.replies import Reply
from negograph.server.requests import REPORTS, SLICES

__all__ = ["Pages"]

_HTML = "text/html; charset=utf-8"
_MENU = (
    ("negograph", ""),
    ("Overview", "start"),
    ("Questions", "questions"),
    ("Query", "query"),
    ("Vocabulary", "ns"),
    ("Data", "dataset"),
    ("API", "openapi.json"),
)
_INLINE = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)


class Pages:
    """The pages of the server."""

    def __init__(self, kg: KnowledgeGraph) -> None:
        self.kg = kg
        self.environment = environment(resource("server", "templates"))
        self.things = Things(kg.corpus, self.environment)
        self.addresses = Addresses(self.things.places, _MENU)
        self.environment.globals |= {"at": self.addresses, "formats": list(DUMPS)}
        self._explorer = kg.explore().html

    def render(self, template: str, **values: Any) -> Reply:
        """A page from a template."""
        return Reply(self.environment.get_template(template).render(**values).encode(), _HTML)

    def thing(self, job: dict[str, Any]) -> Reply:
        """The page of the thing ``path``, or what the graph says of it.

        Raises:
            UnknownEntityError: there is no such thing.
        """
        if job["form"] == "html":
            return Reply(self.things.page(job["path"], self.addresses).encode(), _HTML)
        return Reply(self.things.text(job["path"], job["form"]).encode(), job["type"])

    def page(self, job: dict[str, Any]) -> Reply:
        """The explorer (home), the start page, the query editor, and what a truncated answer is."""
        if job["name"] == "home":
            return Reply(self._explorer.encode(), _HTML, headers={"Content-Security-Policy": policy(self._explorer)})
        tabs = [
            {"name": name, "title": question.title, "query": _without_header(question.text)}
            for name, question in self.kg.questions.items()
        ]
        return self.render(
            f"{job['name']}.html",
            claims=len(self.kg),
            entities=len(self.kg.entities()),
            questions=self.kg.questions.values(),
            reports=REPORTS,
            tabs=json.dumps({"questions": tabs, "prefixes": dict(self.kg.ontology.prefixes)}, ensure_ascii=False),
        )

    def questions(self, job: dict[str, Any]) -> Reply:
        """The list of questions."""
        if job["form"] == "html":
            return self.render("questions.html", questions=self.kg.questions.values())
        rows = [
            {
                "name": each.name,
                "href": f"{job['base']}/questions/{each.name}",
                "title": each.title,
                "summary": each.summary,
                "parameters": [p.to_dict() for p in each.parameters],
            }
            for each in self.kg.questions.values()
        ]
        return Reply((json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode(), job["type"])

    def answer(self, result: Answer | Report, job: dict[str, Any], takes: Any) -> Reply:
        """An answer or a report, with the form that narrows it."""
        fields = [(each, "") if isinstance(each, str) else (each.name, each.help) for each in takes]
        parts = [result] if isinstance(result, Answer) else list(result.parts)
        known = self.kg.corpus.claims
        claims = [(claim, known[claim]["gist"]) for claim in result.claims if claim in known]
        return self.render(
            "answer.html",
            title=result.title,
            parts=[
                (part.title if part is not result else "", list(part.groups()) if len(part) else [], part.empty)
                for part in parts
            ],
            notes=getattr(result, "notes", ()),
            command=result.command,
            claims=claims[:1000],
            more=max(0, len(claims) - 1000),
            fields=fields,
            given=job["parameters"],
            slices=[(name, what, ", ".join(job["slices"].get(name, ()))) for name, what in SLICES.items()],
            sliced=job["slices"],
        )


def policy(page: str) -> str:
    """A Content-Security-Policy that lets a page run its own inline scripts and nothing else.

    >>> policy("<script>1</script>").split("; ")[1][:24]
    "script-src 'sha256-a4ayc"
    """
    found = [(kind.lower(), text) for kind, text in _INLINE.findall(page)]
    scripts = [base64.b64encode(sha256(text.encode()).digest()).decode() for kind, text in found if kind == "script"]
    allowed = " ".join(f"'sha256-{each}'" for each in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _without_header(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip() + "\n"
