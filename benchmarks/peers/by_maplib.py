"""Tables into a maplib model: polars expressions make columns of subjects and objects, maplib takes them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl
from maplib import Model, RDFType, SolutionMappings

from negograph.dates import bounds
from negograph.ontology import CURATORS, EDTF, Column, Ontology
from negograph.tables.scope import paragraphs

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_NATIVE = {
    XSD + "integer": pl.col("object").cast(pl.Int64),
    XSD + "decimal": pl.col("object").cast(pl.Decimal(38, 12)),
    XSD + "date": pl.col("object").str.to_date(),
}
"""What maplib wants objects of these datatypes to be."""

Statements = tuple[str, pl.DataFrame, str | None]
"""Predicate, a frame of subjects and objects, and the datatype of the objects (``None``: they are IRIs)."""


def model_of(folder: Path, ontology: Ontology) -> Model:
    """The model of the tables in ``folder``, without the vocabulary."""
    model = Model()
    for name in ontology.columns:
        for predicate, frame, datatype in Maker(ontology).table(name, folder / f"{name}.csv"):
            if frame.height:
                kind = RDFType.Literal(datatype) if datatype else RDFType.IRI
                if datatype == RDF + "langString":
                    text = pl.struct(pl.col("object").alias(f"<{datatype}>"), pl.lit("en").alias("l"))
                    frame = frame.with_columns(text.alias("object"))
                if datatype in _NATIVE:
                    frame = frame.with_columns(_NATIVE[datatype])
                columns = SolutionMappings(frame, {"subject": RDFType.IRI, "object": kind})
                model.map_triples(columns, predicate=predicate, validate_iris=False)
    return model


def _said(frame: pl.DataFrame, item: pl.Expr) -> pl.DataFrame:
    return frame.select("subject", item.alias("object"))


class Maker:
    """Makes the statements of a table, a predicate at a time."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology, self.expand = ontology, ontology.expand

    def table(self, name: str, file: Path) -> Iterator[Statements]:
        """The statements of a file."""
        frame = pl.read_csv(file, infer_schema=False).fill_null("")
        if name == "relations":
            frame = frame.with_columns(self.thing(pl.col("subject")).alias("about"), pl.col("subject").alias("cell"))
        frame = frame.with_columns(self.subject(name).alias("subject"))
        for column in self.ontology.columns[name].values():
            text = pl.col("cell" if column.name == "subject" else column.name)
            item = pl.when(text == "").then(pl.lit(column.default)).otherwise(text)
            for curie in column.properties:
                said = _said(frame, item).filter(pl.col("object") != "")
                if column.separator:
                    said = said.with_columns(pl.col("object").str.split(column.separator)).explode("object")
                for part, datatype in self.encoded(column, said):
                    yield self.expand(curie), part, datatype
        yield from getattr(self, name)(frame)

    def subject(self, name: str) -> pl.Expr:
        """Whatever a row is about."""
        if name == "coverage":
            return self.in_space("ngp", pl.col("source"), pl.lit(".p"), pl.col("paragraph"))
        if name == "stories":
            return self.in_space("ngstory", pl.col("story"), pl.lit("."), pl.col("step"))
        return self.in_space({"entities": "ngi", "relations": "ngc", "sources": "ngs"}[name], pl.col("id"))

    def in_space(self, prefix: str, *parts: pl.Expr) -> pl.Expr:
        """An IRI of the parts."""
        return pl.concat_str([pl.lit(self.expand(prefix + ":")), *parts])

    def thing(self, item: pl.Expr) -> pl.Expr:
        """The IRI of an entity or a claim."""
        claim = item.str.contains(r"^r[0-9]{4,}$")
        return pl.when(claim).then(self.in_space("ngc", item)).otherwise(self.in_space("ngi", item))

    def encoded(self, column: Column, said: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, str | None]]:
        """The items of a column as terms."""
        item = pl.col("object")
        words = {
            "KindCell": {name: each.iri for name, each in self.ontology.classes.items()},
            "PredicateCell": {name: each.iri for name, each in self.ontology.predicates.items()},
            "TermCell": {name: each.iri for name, each in self.ontology.terms.get(column.terms or "", {}).items()},
        }
        if column.cell in words:
            yield said.with_columns(item.replace_strict(words[column.cell], return_dtype=pl.String)), None
        elif column.cell in ("EntityCell", "ClaimCell", "ThingCell"):
            yield said.with_columns(self.thing(item).alias("object")), None
        elif column.cell in ("SourceCell", "StoryCell", "WikidataCell"):
            prefix = {"SourceCell": "ngs", "StoryCell": "ngstory", "WikidataCell": "wd"}[column.cell]
            yield said.with_columns(self.in_space(prefix, item).alias("object")), None
        elif column.cell == "IriCell":
            yield _by_value(said, self.expand), None
        elif column.cell == "ValueCell":
            number = item.str.contains(r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{0,17}[1-9])?$") & (item != "-0")
            yield said.filter(number), XSD + "decimal"
            yield said.filter(~number), RDF + "langString"
        else:
            plain = {"DateCell": EDTF, "IntegerCell": XSD + "integer"}
            plain |= {"LocatorCell": XSD + "string", "CodeCell": XSD + "string"}
            yield said, plain.get(column.cell, RDF + "langString")

    def entities(self, frame: pl.DataFrame) -> Iterator[Statements]:
        """The classes above each kind, and the days that bound the dates."""
        classes = self.ontology.classes
        pairs = [
            (kind, classes[above].iri)
            for kind in self.ontology.kinds
            for above in classes[kind].ancestors - {kind}
            if above in classes
        ]
        above = pl.DataFrame(pairs, schema=["kind", "object"], orient="row")
        yield RDF + "type", frame.join(above, on="kind").select("subject", "object"), None
        at_once = pl.col("kind").is_in([kind for kind in self.ontology.kinds if classes[kind].point_in_time])
        end = pl.when((pl.col("end") == "") & at_once).then(pl.col("start")).otherwise(pl.col("end"))
        yield from self.days(frame, pl.col("start"), end)

    def sources(self, frame: pl.DataFrame) -> Iterator[Statements]:
        """What a source is, and when it was published."""
        yield self.typed(frame, "ng:Source")
        yield from self.days(frame, pl.col("published"), pl.col("published"))

    def coverage(self, frame: pl.DataFrame) -> Iterator[Statements]:
        """What a passage is."""
        yield self.typed(frame, "ng:Passage")

    def stories(self, frame: pl.DataFrame) -> Iterator[Statements]:
        """The steps and their stories."""
        yield self.typed(frame, "ng:StoryStep")
        stories = frame.with_columns(self.in_space("ngstory", pl.col("story")).alias("subject")).unique("subject")
        yield self.typed(stories, "ng:Story")
        yield self.expand("rdfs:label"), _said(stories, pl.col("title")), RDF + "langString"
        yield self.expand("prov:wasAttributedTo"), _said(stories, pl.lit(CURATORS)), None

    def relations(self, frame: pl.DataFrame) -> Iterator[Statements]:
        """The claims, their speakers and passages, and the direct triples that they carry."""
        predicates, terms = self.ontology.predicates, self.ontology.terms["Modality"]
        yield self.typed(frame, "ng:Claim")
        defaults = {name: each.default_modality for name, each in predicates.items()}
        default = pl.col("predicate").replace_strict(defaults, return_dtype=pl.String)
        frame = frame.with_columns(pl.when(pl.col("modality") == "").then(default).otherwise("modality").alias("mode"))
        mode = pl.col("mode").replace_strict({name: each.iri for name, each in terms.items()}, return_dtype=pl.String)
        yield self.expand("ng:modality"), _said(frame.filter(pl.col("modality") == ""), mode), None
        own_voice = ~pl.col("source").is_in(["", "editorial"])
        speaker = pl.when(own_voice).then(self.in_space("ngs", pl.col("source"))).otherwise(pl.lit(CURATORS))
        yield self.expand("prov:wasAttributedTo"), _said(frame.filter(pl.col("attributed_to") == ""), speaker), None
        yield from self.passages(frame.filter(pl.col("locator") != ""))
        dated = [name for name, each in predicates.items() if each.value_range == EDTF]
        told = [name for name, each in predicates.items() if each.value_range not in (None, EDTF)]
        dates = frame.filter(pl.col("predicate").is_in(dated))
        texts = frame.filter(pl.col("predicate").is_in(told))
        yield RDF + "object", _said(dates, pl.col("value")), EDTF
        yield RDF + "object", _said(texts, pl.col("value")), RDF + "langString"
        yield from self.days(dates, pl.col("value"), pl.col("value"))
        yield from self.days(frame, pl.col("start"), pl.col("end"))
        stands = (pl.col("source") != "") & (pl.col("mode") == "reported")
        stands &= (pl.col("polarity") != "negated") & (pl.col("rank") != "deprecated")
        for (name,), part in frame.filter(stands).group_by("predicate"):
            for iri in predicates[str(name)].ancestors:
                if predicates[str(name)].value_range:
                    datatype = EDTF if name in dated else RDF + "langString"
                    yield iri, part.select(pl.col("about").alias("subject"), pl.col("value").alias("object")), datatype
                else:
                    target = self.thing(pl.col("object")).alias("object")
                    yield iri, part.select(pl.col("about").alias("subject"), target), None

    def passages(self, frame: pl.DataFrame) -> Iterator[Statements]:
        """The passages that locators name."""
        numbers = {each: paragraphs(each) for each in frame["locator"].unique()}
        named = pl.DataFrame(
            [(each, n) for each, found in numbers.items() for n in found], ["locator", "n"], orient="row"
        )
        cited = frame.select("subject", "source", "locator").join(named, on="locator")
        passage = self.in_space("ngp", pl.col("source"), pl.lit(".p"), pl.col("n").cast(pl.String))
        cited = cited.with_columns(passage.alias("passage"))
        yield self.expand("prov:wasDerivedFrom"), _said(cited, pl.col("passage")), None
        each = cited.unique("passage").with_columns(pl.col("passage").alias("subject"))
        yield self.typed(each, "ng:Passage")
        yield self.expand("dcterms:isPartOf"), _said(each, self.in_space("ngs", pl.col("source"))), None
        yield self.expand("ng:paragraph"), _said(each, pl.col("n").cast(pl.String)), XSD + "integer"

    def typed(self, frame: pl.DataFrame, curie: str) -> Statements:
        """Every subject is of this class."""
        return RDF + "type", _said(frame, pl.lit(self.expand(curie))), None

    def days(self, frame: pl.DataFrame, start: pl.Expr, end: pl.Expr) -> Iterator[Statements]:
        """The first day that ``start`` allows, and the last that ``end`` does."""
        for curie, text, which in (("ng:earliest", start, "earliest"), ("ng:latest", end, "latest")):
            said = _said(frame, text).filter(pl.col("object") != "")
            days = _by_value(said, lambda each, which=which: _day(each, which))
            yield self.expand(curie), days.filter(pl.col("object") != ""), XSD + "date"


def _day(text: str, which: str) -> str:
    day = getattr(bounds(text, interval=True), which)
    return day.isoformat() if day else ""


def _by_value(said: pl.DataFrame, encode: Callable[[str], str]) -> pl.DataFrame:
    """Encode each value once, however often it stands there."""
    values: Iterable[str] = said["object"].unique()
    encoded = {each: encode(each) for each in values}
    return said.with_columns(pl.col("object").replace_strict(encoded, return_dtype=pl.String))
