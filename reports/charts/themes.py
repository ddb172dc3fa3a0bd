"""Colours of charts and what surrounds them: one palette, three grounds to draw it on."""

from typing import Any

from reports.charts.models import Theme

# told apart by eyes of every kind, and at least 3:1 on white and on the dark ground
SERIES = ("#0077bb", "#cc5500", "#009173", "#aa4499", "#8a7a00", "#d6496c", "#4477dd", "#6d8a2a")
REST = "#7b828c"
WARNING, CRITICAL, GOOD, NEUTRAL = "#b86e00", "#d1362a", "#009173", "#7b828c"
FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"

_GROUNDS: dict[Theme, dict[str, str]] = {
    "light": {"ground": "#ffffff", "ink": "#1c2026", "faint": "#5a626d", "grid": "#e4e7eb"},
    "dark": {"ground": "#14171c", "ink": "#e8eaed", "faint": "#a4acb8", "grid": "#2c323a"},
    "print": {"ground": "#ffffff", "ink": "#000000", "faint": "#333333", "grid": "#cccccc"},
}


def ground(theme: Theme) -> str:
    """What a chart is drawn on, and what hollow marks are filled with."""
    return _GROUNDS[theme]["ground"]


def faint(theme: Theme) -> str:
    """Colour of labels that stand back."""
    return _GROUNDS[theme]["faint"]


def config(theme: Theme) -> dict[str, Any]:
    """Vega-Lite configuration of a theme."""
    of = _GROUNDS[theme]
    labels = {"labelColor": of["faint"], "titleColor": of["faint"], "labelFontSize": 11, "titleFontSize": 11}
    return {
        "background": of["ground"],
        "font": FONT,
        "view": {"stroke": None},
        "padding": 12,
        "axis": {
            **labels,
            "titleFontWeight": "normal",
            "domainColor": of["grid"],
            "tickColor": of["grid"],
            "gridColor": of["grid"],
        },
        "legend": {**labels, "labelLimit": 220, "symbolSize": 70},
        "title": {
            "color": of["ink"],
            "subtitleColor": of["faint"],
            "fontSize": 15,
            "fontWeight": 600,
            "subtitleFontSize": 12,
            "subtitlePadding": 4,
            "anchor": "start",
            "frame": "group",
            "offset": 12,
        },
        "text": {"color": of["ink"], "fontSize": 11},
    }
