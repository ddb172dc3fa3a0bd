import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.browsing.search import MOST, Entry, search

REVENUE = Entry("metric", "revenue", "Revenue", ("money", "sales"), "What customers pay.")
NET = Entry("metric", "net-revenue", "Net revenue", ("money",), "Without taxes; see revenue.")
ORDERS = Entry("metric", "ORD_COUNT", "Orders", ("sales",), "How many of them, and the revenue of each.")
STRASSE = Entry("domain", "STRASSE", "Straße", ("team",))
ARABIC = Entry("metric", "mabi3at", "مبيعات الشركة")
ALL = [ORDERS, NET, REVENUE, STRASSE, ARABIC]
NAMES = st.text(st.sampled_from("abc %_'-Aß売م"), max_size=12)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("revenue", [REVENUE, NET, ORDERS]),  # exact, a word of the name, the description
        ("REVENUE", [REVENUE, NET, ORDERS]),
        ("rev", [REVENUE, NET, ORDERS]),
        ("count", [ORDERS]),
        ("venue net", [NET]),
        ("money net", [NET]),
        ("sales", [ORDERS, REVENUE]),
        ("taxes", [NET]),
        ("strasse", [STRASSE]),
        ("شركة", [ARABIC]),
        ("revenu-e", [REVENUE, NET]),  # nothing has it: what is spelled like it
        ("%", []),
        ("_", [ORDERS]),
        ("' or 1=1 --", []),
        ("   ", []),
        ("", []),
    ],
)
def test_the_nearest_comes_first(typed: str, found: list[Entry]) -> None:
    assert search(ALL, typed) == found


@given(
    st.lists(st.builds(Entry, st.just("metric"), NAMES, NAMES, st.tuples(NAMES), NAMES), max_size=60), NAMES
)
def test_each_hit_has_every_word_unless_nothing_does(entries: list[Entry], typed: str) -> None:
    words = typed.casefold().split()

    def has_all(entry: Entry) -> bool:
        texts = (entry.entry_id, entry.name, *entry.labels, entry.text)
        return all(any(word in text.casefold() for text in texts) for word in words)

    expected = [entry for entry in entries if words and has_all(entry)]
    found = search(entries, typed)
    if expected:
        assert len(found) == min(len(expected), MOST)
        assert all(entry in expected for entry in found)
    else:
        assert len(found) <= MOST


@given(st.lists(NAMES.filter(str.strip), min_size=1, max_size=20, unique=True))
def test_whoever_types_an_id_finds_it_first_whatever_else_there_is(ids: list[str]) -> None:
    entries = [Entry("metric", each, "x", (), " ".join(ids)) for each in ids]
    for each in ids:
        typed = " ".join(each.split())
        if typed == each:
            assert search(entries, typed)[0].entry_id.casefold() == typed.casefold()
