"""Several metrics side by side, and saved views: whose they are, and where they may lead."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from tests.integration.webapi.access.test_kept_for_readers import classify
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import Browser

Browse = Callable[..., Browser]
ADDRESS = "/explore?metric=revenue&grain=day"


def section(page: str, begins: str, ends: str) -> str:
    return page.partition(begins)[2].partition(ends)[0]


def test_metrics_are_found_by_name_and_added_to_the_address(ask: Asked, browse: Browse) -> None:
    shown = browse(ask).visit("/explore?metric=revenue&find=average&grain=day").text
    assert 'href="/explore?metric=revenue&amp;metric=average-order&amp;grain=day"' in shown


def test_numbers_side_by_side_are_those_of_a_query_of_the_api(ask: Asked, browse: Browse) -> None:
    shown = browse(ask).visit("/explore?metric=revenue&metric=average-order&grain=day&from=2026-03-01").text
    table = section(section(shown, 'id="numbers"', "</table>"), "<tbody>", "</tbody>")
    body = {"metric_ids": ["revenue", "average-order"], "grain": "day", "from": "2026-03-01"}
    rows = ask("POST", "/api/v1/query", json=body).get_json()["data"]
    expected = [str(value) for row in reversed(rows) for value in row["values"].values() if value is not None]
    assert re.findall(r'<data value="([^"]+)"', table) == expected != []


def test_a_restricted_metric_stands_there_without_numbers_and_without_a_chart(
    ask_own: Asked, browse: Browse
) -> None:
    classify(ask_own, "restricted", owner_team="hr")
    shown = browse(ask_own).visit("/explore?metric=revenue&metric=average-order&grain=day").text
    assert "/metrics/average-order/chart.svg" in shown
    assert "/metrics/revenue/chart.svg" not in shown
    table = section(shown, 'id="numbers"', "</table>")
    assert table.count('class="restricted"') == table.count("<tr>") - 1 > 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("metric=revenue&metric=happiness", "documented, not computed"),
        ("metric=revenue&metric=nothing", "no metric &#39;nothing&#39;"),
        ("metric=revenue&grain=hour", "cannot be had by hour"),
    ],
)
def test_what_cannot_be_put_side_by_side_is_said_on_the_page(
    ask: Asked, browse: Browse, query: str, said: str
) -> None:
    shown = browse(ask).visit(f"/explore?{query}")
    assert shown.status_code == 200
    assert said in shown.text


def test_a_view_is_saved_opened_renamed_and_deleted_by_its_owner(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    browser.visit("/explore/views/new", query_string={"address": ADDRESS})
    shown = browser.fill("/explore/views", name="Revenue by <b>day</b>").text
    assert (
        f'<a href="{ADDRESS.replace("&", "&amp;")}" dir="auto">Revenue by &lt;b&gt;day&lt;/b&gt;</a>' in shown
    )
    shown = browser.fill("/explore/views/rename", name="Daily revenue").text
    assert ">Daily revenue</a>" in shown
    assert "Daily revenue" not in browser.fill("/explore/views/delete").text
    entries = ask_own.get("/api/auth/audit", "admin").get_json()["data"]
    views = [each["action"] for each in entries if each["action"].startswith("saved_view")]
    # what others noted before in the shop that this one is a copy of comes after these
    assert views[:3] == [
        "saved_view.delete",
        "saved_view.rename",
        "saved_view.create",
    ]


def test_a_private_view_is_neither_seen_nor_deleted_by_others(ask_own: Asked, browse: Browse) -> None:
    viewer, editor, admin = (browse(ask_own, name) for name in ("viewer", "editor", "admin"))
    viewer.visit("/explore/views/new")
    view = re.findall(
        r'name="view" value="(\d+)"', viewer.fill("/explore/views", name="Mine", address=ADDRESS).text
    )[0]
    assert "Mine" not in editor.visit("/explore").text
    editor.visit("/explore/views/new")
    token = editor.form("/explore/views").fields["csrf_token"]
    for action in ("rename", "delete"):
        sent = {"csrf_token": token, "view": view, "name": "Theirs"}
        assert editor.post(f"/explore/views/{action}", sent).status_code == 404
    assert ">Mine</a>" in viewer.visit("/explore").text
    assert ">Mine</a>" in admin.visit("/explore").text
    assert ">Mine</a>" not in admin.fill("/explore/views/delete").text


def test_a_view_for_the_team_is_seen_by_its_members_alone_and_changed_by_its_owner(
    ask_own: Asked, browse: Browse, own_url: str
) -> None:
    viewer, editor = browse(ask_own), browse(ask_own, "editor")
    viewer.visit("/explore/views/new")
    viewer.fill("/explore/views", name="Ours", address=ADDRESS, for_team="yes")
    shown = editor.visit("/explore").text
    assert ">Ours</a>" in shown
    assert "/explore/views/delete" not in shown
    engine = create_engine(own_url)
    with engine.begin() as connection:
        connection.execute(text("update identity.users set team = 'hr' where username = 'editor'"))
        connection.execute(text("update identity.state set version = version + 1"))
    engine.dispose()
    ask_own.app.extensions["mdl"].snapshot.forget()
    assert ">Ours</a>" not in editor.visit("/explore").text


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/explore",
        "//example.com/metrics",
        "/admin",
        "/metrics/../admin",
        "javascript:alert(1)",
    ],
)
def test_a_view_leads_nowhere_but_to_pages_of_metrics(ask_own: Asked, browse: Browse, address: str) -> None:
    browser = browse(ask_own)
    browser.visit("/explore/views/new")
    shown = browser.fill("/explore/views", name="Away", address=address)
    assert shown.status_code == 422
    assert "only addresses of /explore, /metrics" in shown.text
    assert "Away" not in browser.visit("/explore").text


def test_two_views_of_one_user_have_two_names(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    for status in (200, 422):
        browser.visit("/explore/views/new")
        assert browser.fill("/explore/views", name="One", address=ADDRESS).status_code == status


def test_forms_of_views_need_their_token(ask_own: Asked, browse: Browse) -> None:
    browser = browse(ask_own)
    for action in ("", "/rename", "/delete"):
        sent = {"name": "One", "address": ADDRESS, "view": "1"}
        assert browser.post(f"/explore/views{action}", sent).status_code == 403
