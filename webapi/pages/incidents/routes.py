"""The blueprint of incidents with all its pages."""

from webapi.pages.incidents import acts, detail, lists
from webapi.pages.incidents.blueprint import blueprint

__all__ = ["acts", "blueprint", "detail", "lists"]
