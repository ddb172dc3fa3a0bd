"""The blueprint of data with all its pages."""

from webapi.pages.data import data_docs, source, sources
from webapi.pages.data.blueprint import blueprint

__all__ = ["blueprint", "data_docs", "source", "sources"]
