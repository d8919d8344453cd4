"""The server: the SPARQL 1.1 Protocol, the questions over HTTP, and a page for each thing of the graph."""

from __future__ import annotations

from negograph.server.running import Settings, serve

__all__ = ["Settings", "serve"]
