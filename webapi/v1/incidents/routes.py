"""The blueprint of incidents with all its routes, in the order of the API document."""
# ruff: noqa: I001  as the document lists them

from webapi.v1.incidents.blueprint import blueprint
from webapi.v1.incidents import incident_routes, silence_routes, alert_rule_routes

__all__ = ["alert_rule_routes", "blueprint", "incident_routes", "silence_routes"]
