"""JSON text of answers."""

import json
import math
from typing import Any

import orjson


def to_json(value: Any) -> bytes:
    """JSON of a value: orjson, 15 times faster than the standard library, which knows whole numbers of any size.

    JSON has no infinity and no NaN: they are null.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
