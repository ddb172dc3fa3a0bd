"""A message as receivers show it: plain text, HTML, Markdown, Slack's mark-up."""

from collections.abc import Iterable
from html import escape

from pipelines.alerting.delivery.wording import Line, Note


def as_text(lines: Iterable[Line]) -> str:
    """Plain text, a line each."""
    return "\n".join(_labelled(line, f"{line.text} {line.url}" if line.url else line.text) for line in lines)


def as_html(given: Note) -> str:
    """A small HTML document."""
    rows = []
    for line in given.lines:
        text = escape(line.text)
        if line.url:
            text = f'<a href="{escape(line.url)}">{text or escape(line.url)}</a>'
        rows.append(f"<p>{escape(line.label) + ': ' if line.label else ''}{text}</p>")
    return f"<html><body><h3>{escape(given.title)}</h3>{''.join(rows)}</body></html>"


def as_markdown(lines: Iterable[Line]) -> str:
    """Markdown, a paragraph each."""
    return "\n\n".join(
        _labelled(line, f"[{line.text or 'open'}]({line.url})" if line.url else line.text) for line in lines
    )


def as_mrkdwn(lines: Iterable[Line]) -> str:
    """Slack's mark-up, with the three characters escaped that it has escapes for."""
    return "\n".join(
        _labelled(
            Line(escape(line.label, quote=False), ""),
            f"<{line.url}|{escape(line.text, quote=False) or 'open'}>"
            if line.url
            else escape(line.text, quote=False),
        )
        for line in lines
    )


def _labelled(line: Line, text: str) -> str:
    return f"{line.label}: {text}" if line.label else text
