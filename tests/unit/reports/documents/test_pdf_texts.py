"""What happens to texts before typst sets them: letters, places to break, widths of columns."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.documents.pdf.columns import INSET, PAGE_WIDTHS, columns_for
from reports.documents.pdf.fonts import _letters, families, font_folders, letters_of_fonts
from reports.documents.pdf.texts import (
    UNREADABLE,
    breakable,
    clusters,
    in_fonts,
    is_right_to_left,
    kept_apart,
    shown,
    width_of,
)

BREAK = "\N{ZERO WIDTH SPACE}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" two\n\tlines\u2028here ", "two lines here"),
        ("12\u00a0345", "12\u00a0345"),
        ("a\x00b\x7fc", f"a{UNREADABLE}b{UNREADABLE}c"),
        ("\ud800", UNREADABLE),
        ("\u202eevil\u202c", f"{UNREADABLE}evil{UNREADABLE}"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("e\u0301", "e\u0301"),
        # a letter of one font with a mark of another
        ("ب\u0e31", f"ب{UNREADABLE}"),
        ("\U0001e900", UNREADABLE),
    ],
)
def test_a_text_is_one_line_of_letters_that_fonts_have(text: str, line: str) -> None:
    assert shown(text) == line


@given(st.text())
def test_a_text_that_is_shown_is_not_changed_again(text: str) -> None:
    once = shown(text)
    assert shown(once) == once
    assert "".join(clusters(text)) == text


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=80), st.floats(1, 30))
def test_places_to_break_change_no_letter(text: str, width: float) -> None:
    assert breakable(text, width).replace(BREAK, "") == text.replace(BREAK, "")


def test_only_words_that_are_too_wide_may_break_and_marks_stay_on_their_letters() -> None:
    assert breakable("one two", 3) == "one two"
    assert breakable("one Verspätung", 4) == f"one {BREAK.join('Verspätung')}"
    assert breakable("e\u0301" * 4, 1) == BREAK.join(["e\u0301"] * 4)
    assert breakable("売上高の指標", 2) == "売上高の指標"


def test_a_text_runs_as_its_first_letter_does() -> None:
    assert is_right_to_left("12 مقياس revenue")
    assert is_right_to_left("עברית")
    assert not is_right_to_left("revenue مقياس")
    assert not is_right_to_left("12.5 %")


def test_numbers_beside_names_that_run_from_right_to_left_stay_where_they_are() -> None:
    assert kept_apart(["Revenue of ", "12"]) == ["Revenue of ", "12"]
    assert kept_apart(["قمر", "12"]) == ["\u2068قمر\u2069", "\u206812\u2069"]


def test_letters_within_pictures_stand_each_for_itself() -> None:
    picture = "<svg>\n<text>👩\u200d👧 \u202e é</text></svg>"
    assert in_fonts(picture) == f"<svg>\n<text>👩👧 {UNREADABLE} é</text></svg>"


def test_fonts_have_the_letters_that_their_tables_state() -> None:
    every = frozenset[int]().union(*letters_of_fonts())
    assert set(map(ord, "Aßжλبक売한字😀▲≠")) <= every
    assert not {0x0, 0x1E900, 0xE000} - {0x0} & every


def test_typst_knows_each_family_and_no_other_font_is_there() -> None:
    # in a process of its own: who writes no PDF loads no typst
    code = (
        "import sys, json; import reports.documents.pdf.data; assert 'typst' not in sys.modules; import typst;"
        f"print(json.dumps(typst.Fonts(False, False, {font_folders()!r}).families()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[4],
                          capture_output=True, text=True, check=True)  # fmt: skip
    wanted = {name for locale in ("en", "ko", "zh", "zh_Hant_HK", "zh_HK") for name in families(locale)}
    assert set(json.loads(done.stdout)) == wanted


@pytest.mark.parametrize(
    ("locale", "han"),
    [("en", "JP"), ("ja_JP", "JP"), ("ko", "KR"), ("zh", "SC"), ("zh_Hans_CN", "SC"), ("zh_Hant_TW", "TC")],
)  # fmt: skip
def test_chinese_characters_are_drawn_as_the_locale_draws_them(locale: str, han: str) -> None:
    assert families(locale)[2] == f"Noto Sans CJK {han}"


def test_a_file_without_a_table_of_letters_is_no_font(tmp_path: Path) -> None:
    path = tmp_path / "empty.ttf"
    path.write_bytes(struct.pack(">4sH6x", b"\0\1\0\0", 0) + bytes(8))
    with pytest.raises(ValueError, match=r"empty\.ttf says nothing of its letters"):
        _letters(path)


@given(
    st.lists(st.lists(st.text(max_size=60), min_size=1, max_size=4), min_size=1, max_size=20),
    st.sampled_from(list(PAGE_WIDTHS.values())),
)
def test_columns_fill_their_table_and_no_table_is_wider_than_the_page(
    texts: list[list[str]], points: float
) -> None:
    columns = columns_for(texts, points)
    taken = columns.size * (sum(columns.widths) + 2 * INSET * len(columns.widths))
    assert 6.0 <= columns.size <= 9.0
    assert all(width > 0 for width in columns.widths)
    assert taken == pytest.approx(columns.points)
    assert 0.4 * points <= columns.points <= points


def test_a_few_short_columns_stand_together() -> None:
    assert columns_for([["Up to", "Oct 1, 2013"], ["Measured", "86.28%"]], 500).points == pytest.approx(200)
    assert columns_for([["Up to", "Oct 1, 2013"], ["What it is", "words " * 20]], 500).points == 500


def test_no_date_breaks_and_no_text_stands_a_word_a_line_while_type_can_be_read() -> None:
    texts = [
        ["What it is", "Minutes of late arrival a day of the period"],
        ["Formula", "SUM(flight.arr_delay)"],
    ]
    dates = [["Ends", "Dec 31, 2013"]] * 5
    columns = columns_for([*texts, *dates], 493)
    assert columns.size >= 7.0
    assert columns.widths[0] >= 7.0
    assert min(columns.widths) > width_of("Dec 31, 2013")


def test_type_gets_smaller_before_words_break() -> None:
    narrow = [["Metric", "Departures"]] * 4
    assert columns_for(narrow, 493).size == 9.0
    wide = [["Kilometres", "1,234,567\u00a0kilometres"]] * 8
    assert columns_for(wide, 493).size < 9.0
