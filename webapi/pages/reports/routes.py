"""The blueprint of reports with all its pages."""

from webapi.pages.reports import lists, one
from webapi.pages.reports.blueprint import blueprint

__all__ = ["blueprint", "lists", "one"]
