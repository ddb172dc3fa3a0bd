"""An address of each kind of page of the shop, and the problem pages."""

PAGES = (
    "/",
    "/?as_of=2026-03-05",
    "/domains/SHOP",
    "/objectives/SELL",
    "/objectives/STAFF/check-ins?key_result=MOOD",
    "/metrics",
    "/metrics/revenue",
    "/metrics/revenue?grain=day&comparison=prior_period",
    "/metrics/revenue?grain=day&breakdown=country",
    "/metrics/margin",
    "/metrics/average-order",
    "/explore",
    "/explore?metric=revenue&metric=orders",
    "/explore/views/new?address=/metrics",
    "/incidents",
    "/incidents/1",
    "/incidents/1/history",
    "/reports",
    "/data",
    "/data/orders",
    "/catalog",
    "/catalog/metric/revenue?from=1&to=2",
    "/catalog/source/orders",
    "/lineage",
    "/lineage/metric/revenue",
    "/search",
    "/search?q=revenue",
    "/search?q=nothing+at+all",
    "/help",
    "/about",
    "/account",
    "/account/password",
)
OF_ADMINS = ("/admin", "/admin/audit", "/admin/settings", "/admin/users/1")
PROBLEMS = ("/nothing", "/metrics/nothing", "/metrics?page=first")
OF_STRANGERS = ("/sign-in", "/sign-in?next=/metrics", "/nothing")
