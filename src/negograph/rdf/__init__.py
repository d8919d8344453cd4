"""Tables into RDF and back: one row, a handful of triples, and no cell lost on the way."""

from negograph.rdf.forms import named_graphs, reified, with_named_graphs
from negograph.rdf.reading import rows_of
from negograph.rdf.slices import as_of, heard, store_of
from negograph.rdf.writing import OWN_SPACE, Stream, build, lines, table_lines, vocabulary

__all__ = [
    "OWN_SPACE",
    "Stream",
    "as_of",
    "build",
    "heard",
    "lines",
    "named_graphs",
    "reified",
    "rows_of",
    "store_of",
    "table_lines",
    "vocabulary",
    "with_named_graphs",
]
