"""The command line: thin, every command a few lines on the knowledge graph.

Data goes to stdout, messages to stderr. Exit code 0 is fine, 1 a problem with the data or the
question, 2 wrong usage.
"""

from __future__ import annotations

from negograph.cli.root import main

__all__ = ["main"]
