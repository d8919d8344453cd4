"""The template, filled: every script and style by its hash, every text as data."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["as_json", "in_frame", "page", "read"]

_HERE = Path(__file__).parent / "page"
_SCRIPTS = (
    "model",
    "state",
    "signs",
    "dom",
    "lit",
    "turtle",
    "scene",
    "ledger",
    "paper",
    "lanes",
    "ego",
    "network",
    "table",
    "panel",
    "controls",
    "search",
    "story",
    "gexf",
    "exports",
    "main",
)
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
)


def read(path: Path) -> str:
    """A script or a style as the browser's parser sees it: its hash is that of these characters."""
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def page(document: Mapping[str, Any], engine: str) -> str:
    """The page, from its document and the source of the network engine."""
    style = read(_HERE / "style.css")
    script = "".join(read(_HERE / f"{name}.js") for name in _SCRIPTS)
    return _TEMPLATES.get_template("template.html").render(
        policy=_policy([script, engine], style),
        style=Markup(style),
        script=Markup(script),
        engine=_compressed(engine),
        document=as_json(document),
    )


def in_frame(html: str) -> str:
    """The page inside a frame, for a notebook."""
    return _TEMPLATES.get_template("frame.html").render(html=html)


def as_json(value: Any) -> Markup:
    """JSON that may stand in a script element: no character in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _compressed(source: str) -> str:
    """The text as base64 of gzip: a third of its size, and no date inside, so that the bytes stay the same."""
    return b64encode(gzip.compress(source.encode(), 9, mtime=0)).decode()


def _policy(scripts: Iterable[str], style: str) -> str:
    """Nothing may be fetched, and nothing may run but these scripts."""
    allowed = " ".join(map(_hash, scripts))
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
