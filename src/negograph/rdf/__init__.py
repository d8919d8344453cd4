"""Tables into RDF and back: one row, a handful of triples, and no cell lost on the way."""

from negograph.rdf.forms import named_graphs, reified, with_named_graphs
from negograph.rdf.reading import rows_of
from negograph.rdf.slices import as_of, heard, store_of
from negograph.rdf.sorting import Sorted, order, serialize, write
from negograph.rdf.writing import OWN_SPACE, Stream, build, chunks, is_claim, lines, row_lines, table_lines, vocabulary

__all__ = [
    "OWN_SPACE",
    "Sorted",
    "Stream",
    "as_of",
    "build",
    "chunks",
    "heard",
    "is_claim",
    "lines",
    "named_graphs",
    "order",
    "reified",
    "row_lines",
    "rows_of",
    "serialize",
    "store_of",
    "table_lines",
    "vocabulary",
    "with_named_graphs",
    "write",
]
