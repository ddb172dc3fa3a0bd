"""The API's document is drawn up by whoever asks first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.settings import load_settings
from webapi import openapi
from webapi.app import create_app


def test_all_who_ask_at_once_get_the_whole_document(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, database_url="postgresql://nowhere.invalid/mdl")
    api = create_app(settings).extensions["flask-smorest"]["apis"][""]["ext_obj"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: api.spec.to_dict(), range(8)))
    assert found == [openapi.document(settings)] * 8
    assert "/api/v1/metrics" in found[0]["paths"]
