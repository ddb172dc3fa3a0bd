"""The OpenAPI document as committed in docs/openapi.json, so that a change of the API shows in its review."""

import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.settings import Settings
from webapi.app import create_app

FILE = Path(__file__).parent.parent / "docs" / "openapi.json"
# the document depends on no database, and none is asked
_NOWHERE = SecretStr("postgresql://nowhere.invalid/mdl")


def document(settings: Settings) -> dict[str, Any]:
    """The document as the API serves it at /api/v1/openapi.json."""
    app = create_app(settings.model_copy(update={"database_url": _NOWHERE, "database_read_url": None}))
    found: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return found


def text(settings: Settings) -> str:
    """The document as it stands in the file."""
    return json.dumps(document(settings), indent=1, ensure_ascii=False) + "\n"
