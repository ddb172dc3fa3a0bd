"""How numbers are written for people, in terminals, messages and documents."""


def number(value: float | None, unit: str | None = None) -> str:
    """A number for people: three to four digits that matter, thousands apart."""
    if value is None:
        return "-"
    magnitude = abs(value)
    if magnitude >= 1000 or value == int(value):
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.2f}" if magnitude >= 1 else f"{value:.3g}"
    return f"{text}%" if unit in {"%", "percent", "pct"} else text


def percent(share: float | None) -> str:
    """A share of 1 in percent, or a dash."""
    return "-" if share is None else f"{100 * share:.0f}%"
