"""Tables into RDF and back: one row, a handful of triples, and no cell lost on the way."""

from negograph.rdf.forms import named_graphs, reified
from negograph.rdf.reading import rows_of
from negograph.rdf.slices import as_of, heard, store_of
from negograph.rdf.writing import OWN_SPACE, build, lines, table_lines, vocabulary

__all__ = [
    "OWN_SPACE",
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
]
