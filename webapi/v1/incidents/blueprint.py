"""The blueprint of incidents, silences and alert rules; they live between publications, so that no answer is kept."""

from webapi.views.blueprint import Blueprint

blueprint = Blueprint(
    "incidents",
    __name__,
    description="What somebody should know, who looks after it, and the rules behind it",
)
