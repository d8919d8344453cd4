"""The questions on somebody else's engine: SPARQL 1.1 Protocol to ask, Graph Store HTTP Protocol to publish."""

from __future__ import annotations

from negograph.endpoint.asking import Endpoint, connect
from negograph.endpoint.publishing import LOADED, differences, loading, put_graph

__all__ = ["LOADED", "Endpoint", "connect", "differences", "loading", "put_graph"]
