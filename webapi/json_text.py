"""JSON text of answers."""

import json
from typing import Any

import orjson


def to_json(value: Any) -> bytes:
    """JSON of a value: orjson, 15 times faster than the standard library, which knows whole numbers of any size."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
