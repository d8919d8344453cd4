"""Every row by its predicate, every table as a whole: what no single cell can show."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from negograph.dates import Bounds, bounds
from negograph.errors import DateError, indefinite
from negograph.ontology import EDTF, Ontology, Predicate
from negograph.tables.cells import check_cells, formula
from negograph.tables.reading import Finding, Line, Row, Table
from negograph.tables.scope import Scope, is_number, spans

_STEP = re.compile(r"[1-9][0-9]{0,8}")
_NUMBER_LIKE = re.compile(r"[+-]?[\d.,\s'%]*\d[\d.,\s'%]*")


def findings_of(tables: Mapping[str, Table], ontology: Ontology) -> dict[str, list[Finding]]:
    """Every finding about the content of the tables, by table name."""
    scope = Scope(tables, ontology)
    return {
        name: [
            *findings_of_rows(tables[name], scope),
            *(finding for rule in _whole(tables[name]) for finding in rule(tables[name], scope)),
        ]
        for name in tables
    }


def findings_of_rows(table: Table, scope: Scope) -> Iterator[Finding]:
    """The findings about single rows of a table, as far as ``scope`` knows what they refer to; and repeated ids."""
    found = chain(
        check_cells(table, scope.ontology.columns[table.name].values(), scope),
        (finding for row in table.rows for rule in _ROW_RULES[table.name] for finding in rule(row, scope)),
    )
    return (finding for finding in found if finding.column not in table.lost)


def _whole(table: Table) -> tuple[TableRule, ...]:
    """The rules about a table as a whole; they need every column that it may have."""
    return () if table.lost else _TABLE_RULES[table.name]


# Rows of relations.csv


def _predicate(row: Row, scope: Scope) -> Predicate | None:
    return scope.ontology.predicates.get(row["predicate"])


def _domain_and_range(row: Row, scope: Scope) -> Iterator[Finding]:
    predicate = _predicate(row, scope)
    if predicate is None:
        return
    for name, allowed in (("subject", predicate.domain), ("object", predicate.range)):
        kind = scope.kind_of(row[name])
        if kind and allowed and not scope.ontology.is_a(kind, allowed):
            expected = f"the {name} of {predicate.name} is {' or '.join(allowed)}"
            message = f"'{row[name]}' is {indefinite(kind)}, and {expected}"
            code = "domain" if name == "subject" else "range"
            yield Finding(row.line, name, code, message, "turn the row round, or choose another predicate")


def _value(row: Row, scope: Scope) -> Iterator[Finding]:
    predicate, value = _predicate(row, scope), row["value"]
    if predicate is None:
        return
    if predicate.value_range is None:
        if not row["object"]:
            mend = f"{predicate.name} needs an object"
            yield Finding(row.line, "object", "object", "'object' is empty", mend)
        if value and not is_number(value) and _NUMBER_LIKE.fullmatch(value):
            yield Finding(row.line, "value", "number", f"'{value}' is no plain number", "write 5000, 0.25 or -2")
        elif value and not is_number(value):
            yield from _formula(row)
        return
    if row["object"]:
        mend = "move it to 'value', or choose another predicate"
        yield Finding(row.line, "object", "object", f"{predicate.name} takes a value, not an object", mend)
    if not value:
        yield Finding(row.line, "value", "value", f"{predicate.name} needs a value", "fill it in")
    elif predicate.value_range == EDTF:
        yield from _dated_value(row)
    else:
        yield from _formula(row)


def _formula(row: Row) -> Iterator[Finding]:
    if complaint := formula(row["value"]):
        yield Finding(row.line, "value", *complaint)


def _dated_value(row: Row) -> Iterator[Finding]:
    try:
        if bounds(row["value"], interval=True) == Bounds(None, None):
            yield Finding(row.line, "value", "date", "'..' alone is no date", "name at least one end")
    except DateError as error:
        yield Finding(row.line, "value", "date", str(error), "EDTF, or an interval a/b of two such dates")
    for name in ("start", "end"):
        if row[name]:
            yield Finding(row.line, name, "date", f"'{name}' has no meaning beside a dated value", "empty the cell")


def _modality(row: Row, scope: Scope) -> Iterator[Finding]:
    predicate, modality = _predicate(row, scope), row["modality"]
    if predicate and modality in scope.ontology.terms["Modality"] and modality not in predicate.modalities:
        message = f"{predicate.name} is never '{modality}'"
        yield Finding(row.line, "modality", "modality", message, f"allowed are {', '.join(predicate.modalities)}")


def _provenance(row: Row, scope: Scope) -> Iterator[Finding]:
    predicate = _predicate(row, scope)
    if row["source"]:
        yield from _locator(row, scope)
    elif not row["evidence"]:
        mend = "name the document that says so; for an inference of yours, the claims it rests on in 'evidence'"
        yield Finding(row.line, "source", "source", "a claim without source and without evidence", mend)
    else:
        for name in ("locator", "attributed_to", "via"):
            if row[name]:
                message = f"'{name}' is filled in, but the row has no source: it is an inference"
                yield Finding(row.line, name, "source", message, "name the source, or empty the cell")
    if predicate and predicate.evidence_required and not row["evidence"]:
        mend = "name the claims that show it; without any, there is no such row"
        yield Finding(row.line, "evidence", "evidence", f"{predicate.name} needs evidence", mend)
    if row["id"] in row.items("evidence"):
        yield Finding(row.line, "evidence", "evidence", "a claim is no evidence for itself", "name other claims")


def _locator(row: Row, scope: Scope) -> Iterator[Finding]:
    count, pattern = scope.sources.get(row["source"]), scope.ontology.columns["relations"]["locator"].pattern or ""
    if count is None:
        return
    if not row["locator"]:
        if count:
            mend = f"name the paragraphs, from 1 to {count}"
            yield Finding(row.line, "locator", "locator", "which paragraph says so?", mend)
    elif re.fullmatch(pattern, row["locator"]):
        named = spans(row["locator"])
        if max(last for _, last in named) > count:
            message = f"'{row['source']}' has {count} paragraphs"
            yield Finding(row.line, "locator", "locator", message, "correct the number, or the source")
        ends = [number for span in named for number in (span if span[0] != span[1] else span[:1])]
        if ends != sorted(set(ends)):
            yield Finding(row.line, "locator", "locator", "the numbers do not rise", "each paragraph once, in order")


def _order_of_dates(row: Row, scope: Scope) -> Iterator[Finding]:
    if not (row["start"] and row["end"]):
        return
    try:
        first, last = bounds(row["start"]).earliest, bounds(row["end"]).latest
    except DateError:
        return  # the cell itself has been reported
    if first and last and first > last:
        yield Finding(
            row.line, "end", "date-order", f"ends ({row['end']}) before it begins ({row['start']})", "swap them"
        )


def _not_like_a_claim(row: Row, scope: Scope) -> Iterator[Finding]:
    if re.fullmatch(scope.ontology.columns["relations"]["id"].pattern or "", row["id"]):
        yield Finding(row.line, "id", "id", f"'{row['id']}' is the id of a claim", "an entity's id is a word")


def _fits_kind(row: Row, scope: Scope) -> Iterator[Finding]:
    kind = row["kind"]
    if kind not in scope.ontology.kinds:
        return
    for name in ("subtype", "status"):
        terms = scope.ontology.terms[name.capitalize()]
        term = terms.get(row[name])
        if term and not scope.ontology.is_a(kind, term.applies_to):
            fitting = [word for word, each in terms.items() if scope.ontology.is_a(kind, each.applies_to)]
            mend = f"allowed are {', '.join(fitting)}" if fitting else "empty the cell"
            yield Finding(row.line, name, name, f"{indefinite(kind)} is never '{row[name]}'", mend)
    if (kind == "Verdict") != bool(row["valence"]):
        message = "a verdict needs its valence" if kind == "Verdict" else "only a verdict has a valence"
        yield Finding(
            row.line, "valence", "valence", message, "from -2 to 2" if kind == "Verdict" else "empty the cell"
        )
    for broader in row.items("broader"):
        other = scope.kinds.get(broader)
        if other and other != kind:
            message = f"'{broader}' is {indefinite(other)}, and this is {indefinite(kind)}"
            yield Finding(row.line, "broader", "broader", message, "the broader concept is of the same kind")


def _coverage_row(row: Row, scope: Scope) -> Iterator[Finding]:
    count = scope.sources.get(row["source"])
    if count is None or not row["paragraph"].isdecimal():
        return
    number = int(row["paragraph"])
    cited = (row["source"], number) in scope.cited
    unknown = not scope.tables["relations"].lost.isdisjoint(("source", "locator"))
    if number > count:
        yield Finding(row.line, "paragraph", "coverage", f"'{row['source']}' has {count} paragraphs", "delete the row")
    elif row["status"] == "coded" and not cited and not unknown:
        yield Finding(row.line, "status", "coverage", "coded, but no relation cites it", "say nothing-to-code and why")
    elif row["status"] == "nothing-to-code":
        if cited:
            yield Finding(row.line, "status", "coverage", "relations cite it", "its status is coded")
        if not row["reason"]:
            yield Finding(row.line, "reason", "coverage", "why is there nothing to code?", "say it in a few words")


# Whole tables


def _same_thing_twice(table: Table, scope: Scope) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in table.rows:
        for name, key in (
            ("label", ("label", row["kind"], row["label"].casefold())),
            ("wikidata", ("wikidata", row["wikidata"])),
        ):
            other = seen.setdefault(key, row)
            if row[name] and other is not row:
                message = f"'{other['id']}' (line {other.line}) has it too"
                yield Finding(row.line, name, "duplicate", message, "one thing, one id: merge them, or tell them apart")


def _same_claim_twice(table: Table, scope: Scope) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Row] = {}
    for row in table.rows:
        other = seen.setdefault(said(row, scope), row)
        if other is not row:
            message = f"says the same as {other['id']} (line {other.line})"
            yield Finding(row.line, None, "duplicate", message, "delete one, or say in what they differ")


def said(row: Row, scope: Scope) -> tuple[str, ...]:
    """What a claim says, whether it spells its defaults out or not, and in whatever order its lists stand."""
    predicate, found = _predicate(row, scope), []
    modality = predicate.default_modality if predicate else ""
    for name, default in scope.defaults:
        text = row.cells.get(name) or (name == "modality" and modality) or default
        found.append("|".join(sorted(text.split("|"))) if "|" in text else text)
    return tuple(found)


def _cycles(*names: str) -> Callable[[Table, Scope], Iterator[Finding]]:
    def check(table: Table, scope: Scope) -> Iterator[Finding]:
        for name in names:
            rows = {row["id"]: row for row in table.rows}
            above = {key: row.items(name) for key, row in rows.items() if row[name]}
            for key in on_a_cycle(above):
                yield Finding(rows[key].line, name, "cycle", f"'{key}' leads back to itself", "break the circle")

    return check


def on_a_cycle(above: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The keys from which a walk upwards comes back to where it began."""
    waiting = Counter(parent for parents in above.values() for parent in parents)
    free = [key for key in above if not waiting[key]]
    left = dict(above)
    while free:  # take away whatever nothing points at, until only circles and what hangs above them stay
        for parent in left.pop(free.pop(), ()):
            waiting[parent] -= 1
            if not waiting[parent] and parent in left:
                free.append(parent)
    return [key for key in left if _reaches(key, left)]


def _reaches(start: str, above: Mapping[str, tuple[str, ...]]) -> bool:
    seen: set[str] = set()
    queue = list(above[start])
    while queue:
        current = queue.pop()
        if current == start:
            return True
        if current not in seen:
            seen.add(current)
            queue.extend(above.get(current, ()))
    return False


def _every_paragraph_once(table: Table, scope: Scope) -> Iterator[Finding]:
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for row in table.rows:
        known = lines[row["source"]]
        if known.setdefault(row["paragraph"], row.line) != row.line:
            message = f"paragraph {row['paragraph']} stands already in line {known[row['paragraph']]}"
            yield Finding(row.line, "paragraph", "coverage", message, "each paragraph has one row")
    for source, known in lines.items():
        missing = [str(n) for n in range(1, (scope.sources.get(source) or 0) + 1) if str(n) not in known]
        if missing:
            message = f"paragraphs {', '.join(missing)} of '{source}' are not accounted for"
            place = Line.of_the_file(next(iter(known.values())))  # where the other rows about the source are
            yield Finding(place, None, "coverage", message, "add a row for each")


def _steps_in_order(table: Table, scope: Scope) -> Iterator[Finding]:
    """Every story has one title, and the steps 1, 2, 3, ... once each, wherever their rows stand."""
    stories: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        if row["story"]:
            stories[row["story"]].append(row)
    for story, rows in stories.items():
        for row in rows[1:]:
            if row["title"] and row["title"] != rows[0]["title"]:
                message = f"'{story}' is called '{rows[0]['title']}' in line {rows[0].line}"
                yield Finding(row.line, "title", "title", message, "a story has one title: copy it to each of its rows")
        numbered = sorted((row for row in rows if _STEP.fullmatch(row["step"])), key=lambda row: int(row["step"]))
        before, line = 0, 0
        for row in numbered:
            number = int(row["step"])
            if number == before:
                message = f"step {number} of '{story}' stands already in line {line}"
                yield Finding(row.line, "step", "duplicate", message, "number the steps 1, 2, 3, ...")
            elif number > before + 1:
                message = f"'{story}' goes from step {before} to {number}" if before else f"'{story}' has no step 1"
                mend = "number the steps 1, 2, 3, ...; or is the story's id misspelt?"
                yield Finding(row.line, "step", "steps", message, mend)
            before, line = number, row.line


RowRule = Callable[[Row, Scope], Iterator[Finding]]
TableRule = Callable[[Table, Scope], Iterator[Finding]]

_ROW_RULES: dict[str, tuple[RowRule, ...]] = {
    "entities": (_not_like_a_claim, _fits_kind, _order_of_dates),
    "relations": (_domain_and_range, _value, _modality, _provenance, _order_of_dates),
    "sources": (),
    "coverage": (_coverage_row,),
    "stories": (),
}
_TABLE_RULES: dict[str, tuple[TableRule, ...]] = {
    "entities": (_same_thing_twice, _cycles("part_of", "broader")),
    "relations": (_same_claim_twice, _cycles("evidence")),
    "sources": (),
    "coverage": (_every_paragraph_once,),
    "stories": (_steps_in_order,),
}
