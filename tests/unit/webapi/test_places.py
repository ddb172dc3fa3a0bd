"""The places of kept answers: one for each request, whatever a path holds once it is decoded."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from webapi.views.kept_answers import place_of

RAW = st.lists(
    st.sampled_from([*"aX/;?:& =", "%3F", "%23", "%2F", "%3A", "%25", "%253F", "%00", "%C3%A9", "//"]),
    max_size=8,
)
PATHS = RAW.map(lambda parts: "".join(parts).replace("?", "")).map(
    lambda raw: unquote_to_bytes(raw).decode("latin-1")
)
QUERIES = RAW.map("".join)


def place(path: str, query: str, readers: str = "viewer", media_type: str = "application/json") -> str:
    environ = {"PATH_INFO": path, "QUERY_STRING": query}
    current: Any = SimpleNamespace(
        principal=SimpleNamespace(), reader=SimpleNamespace(access_class=readers), media_type=media_type
    )
    return place_of(environ, current, "br")


@given(PATHS, QUERIES, PATHS, QUERIES)
def test_two_requests_share_a_place_only_if_path_and_parameters_are_the_same(
    path: str, query: str, other_path: str, other_query: str
) -> None:
    is_same = path == other_path and sorted(query.split("&")) == sorted(other_query.split("&"))
    assert (place(path, query) == place(other_path, other_query)) == is_same


def test_an_encoded_question_mark_begins_no_query() -> None:
    assert place("/metrics/X", "zz?") != place("/metrics/X?zz", "")
    assert place("/metrics/X", "zz") != place("/metrics/X?zz", "")


def test_readers_of_another_class_have_another_place() -> None:
    assert len({place("/metrics/X", "", readers) for readers in ("viewer", "viewer.ab12", "editor")}) == 3
