"""Tables into triples by Morph-KGC: one mapping a column, for the columns that need no rule of ours.

Left out are lists, defaults, and what follows from a row (days, passages, direct triples): RML has no
word for them, or only by functions. Morph-KGC wants another version of pyoxigraph than negograph does, so it runs
in a Python of its own: give it in ``NEGOGRAPH_BENCHMARK_MORPH``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from negograph.ontology import EDTF, Column, Ontology

_SPACES = {"EntityCell": "ngi", "SourceCell": "ngs", "ThingCell": "ngi", "StoryCell": "ngstory"}
_SUBJECTS = {
    "entities": ("ngi", "{id}"),
    "relations": ("ngc", "{id}"),
    "sources": ("ngs", "{id}"),
    "coverage": ("ngp", "{source}.p{paragraph}"),
    "stories": ("ngstory", "{story}.{step}"),
}
_HEAD = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
"""


_RUN = """
import json, os, re, sys, time
import morph_kgc
start, used = time.perf_counter(), sum(os.times()[:4])
found = morph_kgc.materialize_set(sys.argv[1])
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.writelines(f"{each} .\\n" for each in found)
seconds, cpu = time.perf_counter() - start, sum(os.times()[:4]) - used
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak, "triples": len(found)}))
"""


def measured(folder: Path, ontology: Ontology, scratch: Path) -> dict[str, Any]:
    """Seconds, memory and number of triples of the tables in ``folder``."""
    mapping = scratch / "mapping.ttl"
    mapping.write_text(_HEAD + "".join(_table(name, folder, ontology) for name in ontology.columns), encoding="utf-8")
    config = f"[CONFIGURATION]\nlogging_level: ERROR\nna_values:\n[tables]\nmappings: {mapping}\n"
    python = os.environ.get("NEGOGRAPH_BENCHMARK_MORPH", sys.executable)
    command = [python, "-c", _RUN, config, str(scratch / "morph.nt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _table(name: str, folder: Path, ontology: Ontology) -> str:
    prefix, template = _SUBJECTS[name]
    maps = "".join(
        f" rr:predicateObjectMap [ rr:predicate <{ontology.expand(curie)}> ;"
        f" rr:objectMap [ {_term(column, ontology)} ] ] ;"
        for column in ontology.columns[name].values()
        if not column.separator
        for curie in column.properties
    )
    return (
        f'<#{name}> rml:logicalSource [ rml:source "{folder / name}.csv" ; rml:referenceFormulation ql:CSV ] ;{maps}'
        f' rr:subjectMap [ rr:template "{ontology.expand(prefix + ":")}{template}" ] .\n'
    )


def _term(column: Column, ontology: Ontology) -> str:
    if column.cell in _SPACES:
        return f'rr:template "{ontology.expand(_SPACES[column.cell] + ":")}{{{column.name}}}"'
    if column.cell in ("KindCell", "PredicateCell", "TermCell"):
        return f'rr:template "{ontology.expand("ng:")}{{{column.name}}}"'
    suffix = {"DateCell": f" ; rr:datatype <{EDTF}>", "TextCell": ' ; rr:language "en"'}.get(column.cell, "")
    return f'rml:reference "{column.name}"{suffix}'
