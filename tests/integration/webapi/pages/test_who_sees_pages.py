"""Each page for each role: one table, which a new page must enter."""

from collections.abc import Callable

import pytest

from schemas.identity.roles import Role
from tests.integration.webapi.conftest import Asked
from tests.integration.webapi.pages.conftest import HTML, Browser

Browse = Callable[..., Browser]
EVERYBODY, VIEWER, EDITOR, ADMIN = None, Role.VIEWER, Role.EDITOR, Role.ADMIN
_ID = "<path:document_id>"
_USER = "/admin/users/<int(min=1, max=9223372036854775807):user_id>"
# the rule, an address of it, the least role
PAGES: dict[str, tuple[str, Role | None]] = {
    "/sign-in": ("/sign-in", EVERYBODY),
    "/theme": ("/theme", EVERYBODY),
    "/account": ("/account", VIEWER),
    "/account/password": ("/account/password", VIEWER),
    "/": ("/", VIEWER),
    "/domains/<path:domain_id>": ("/domains/SHOP", VIEWER),
    "/objectives/<path:objective_id>": ("/objectives/SELL", VIEWER),
    "/objectives/<path:objective_id>/pace.<any(svg, json):kind>": (
        "/objectives/SELL/pace.json?key_result=REVENUE",
        VIEWER,
    ),
    "/objectives/<path:objective_id>/check-ins": ("/objectives/SELL/check-ins?key_result=REVENUE", VIEWER),
    "/metrics": ("/metrics", VIEWER),
    "/metrics/<path:metric_id>": ("/metrics/revenue", VIEWER),
    "/metrics/<path:metric_id>/chart.<any(svg, png, json):kind>": ("/metrics/revenue/chart.json", VIEWER),
    "/metrics/<path:metric_id>/values.arrow": ("/metrics/revenue/values.arrow", VIEWER),
    "/explore": ("/explore", VIEWER),
    "/explore/views/new": ("/explore/views/new", VIEWER),
    "/incidents": ("/incidents", VIEWER),
    "/reports": ("/reports", VIEWER),
    "/data": ("/data", VIEWER),
    "/data/<path:source_id>": ("/data/orders", VIEWER),
    "/about": ("/about", VIEWER),
    "/catalog": ("/catalog", VIEWER),
    f"/catalog/<any(metric, objective, domain, source, report):kind>/{_ID}": (
        "/catalog/metric/revenue",
        VIEWER,
    ),
    "/lineage": ("/lineage", VIEWER),
    f"/lineage/<any(source, event, metric, key_result, objective, domain, report):kind>/{_ID}": (
        "/lineage/metric/revenue",
        VIEWER,
    ),
    "/search": ("/search?q=revenue", VIEWER),
    "/search.json": ("/search.json?q=revenue", VIEWER),
    "/help": ("/help", VIEWER),
    "/live": ("/live", VIEWER),
    "/admin": ("/admin", ADMIN),
    _USER: ("/admin/users/1", ADMIN),
    "/admin/audit": ("/admin/audit", ADMIN),
    "/admin/settings": ("/admin/settings", ADMIN),
}
# there is none of them in the shop; see test_incident_pages, test_data_pages and webapi/reports
ELSEWHERE = {
    "/auth/administrator",
    "/reports/<report:report_id>",
    "/reports/<report:report_id>/<int(max=9223372036854775807):run_id>",
    "/reports/<report:report_id>/<int(max=9223372036854775807):run_id>/files/<name>",
    "/incidents/<int(max=9223372036854775807):incident_id>",
    "/incidents/<int(max=9223372036854775807):incident_id>/history",
    "/data/docs/<path:name>",
}
# forms and the least role that may send them
FORMS: dict[str, tuple[str, Role | None]] = {
    "/sign-in": ("/sign-in", EVERYBODY),
    "/sign-out": ("/sign-out", VIEWER),
    "/account/password": ("/account/password", VIEWER),
    "/account/sessions/end": ("/account/sessions/end", VIEWER),
    "/account/keys": ("/account/keys", VIEWER),
    "/account/keys/revoke": ("/account/keys/revoke", VIEWER),
    "/explore/views": ("/explore/views", VIEWER),
    "/explore/views/rename": ("/explore/views/rename", VIEWER),
    "/explore/views/delete": ("/explore/views/delete", VIEWER),
    "/objectives/<path:objective_id>/check-ins": ("/objectives/SELL/check-ins", EDITOR),
    **{
        f"/incidents/<int(max=9223372036854775807):incident_id>/{act}": (f"/incidents/1/{act}", EDITOR)
        for act in ("acknowledge", "unacknowledge", "resolve", "label", "silence")
    },
    "/incidents/<int(max=9223372036854775807):incident_id>/silences/<int(max=9223372036854775807):silence_id>/end": (
        "/incidents/1/silences/1/end",
        EDITOR,
    ),
    "/admin/users": ("/admin/users", ADMIN),
    _USER: ("/admin/users/1", ADMIN),
    f"{_USER}/password": ("/admin/users/1/password", ADMIN),
    f"{_USER}/keys/revoke": ("/admin/users/1/keys/revoke", ADMIN),
    "/admin/cache": ("/admin/cache", ADMIN),
    "/admin/settings": ("/admin/settings", ADMIN),
}


def test_the_tables_name_every_page_and_every_form(ask: Asked) -> None:
    rules = [rule for rule in ask.app.url_map.iter_rules() if rule.endpoint.startswith("pages-")]
    assert {rule.rule for rule in rules if "GET" in (rule.methods or ())} == set(PAGES) | ELSEWHERE
    assert {rule.rule for rule in rules if "POST" in (rule.methods or ())} == set(FORMS)


@pytest.mark.parametrize("role", [None, *Role])
def test_each_page_opens_for_those_who_may_see_it(ask: Asked, browse: Browse, role: Role | None) -> None:
    browser = browse(ask, role.value if role else None)
    found, expected = {}, {}
    for rule, (path, least) in PAGES.items():
        answer = browser.client.get(path, headers=HTML)
        found[rule] = answer.status_code
        if least is not EVERYBODY and role is None:
            expected[rule] = 303
            assert answer.headers["Location"].startswith("/sign-in")
        elif least is not EVERYBODY and role is not None and not role.covers(least):
            expected[rule] = 403
        else:
            expected[rule] = 303 if rule == "/theme" else 200
    assert found == expected


@pytest.mark.parametrize("role", [None, *Role])
def test_each_form_is_refused_without_its_token_whoever_sends_it(
    ask: Asked, browse: Browse, role: Role | None
) -> None:
    browser, other = browse(ask, role.value if role else None), browse(ask, "admin")
    other.visit("/account")
    foreign = other.form("/sign-out").fields["csrf_token"]
    for path, least in FORMS.values():
        for token in ({}, {"csrf_token": foreign}, {"csrf_token": "stale"}):
            answer = browser.client.post(path, data=token, headers=HTML)
            is_stranger = least is not EVERYBODY and role is None
            assert answer.status_code == (303 if is_stranger else 403), (path, token)
            if is_stranger:
                assert answer.headers["Location"] == "/sign-in"


def test_pages_of_what_is_not_there_are_not_found(ask: Asked, browse: Browse) -> None:
    browser = browse(ask)
    for path in ("/domains/NO", "/objectives/NO", "/nothing", "/domains/", "/objectives"):
        assert browser.visit(path).status_code == 404, path
