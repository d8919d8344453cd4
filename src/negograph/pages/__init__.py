"""A page for each thing that has an IRI: served by the server, or written as files that any web server can offer."""

from negograph.pages.places import SPACES, Addresses, Places, environment
from negograph.pages.things import Things
from negograph.pages.writing import files_of, write_pages

__all__ = ["SPACES", "Addresses", "Places", "Things", "environment", "files_of", "write_pages"]
