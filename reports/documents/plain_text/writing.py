"""From an extract of a report to its plain text."""

from collections.abc import Sequence

from reports.charts.texts import fit
from reports.documents.extract import Extract
from reports.documents.framing import facts, footer, period_of, rows_left_out
from reports.documents.model import Cover, Section, Sentence
from reports.documents.plain_text.columns import MOST_COLUMNS, width, wrapped
from reports.documents.plain_text.tables import table_lines
from reports.documents.words import mark_of, piece_text
from reports.figures import Figures

_UNDERLINES = "=-~"


def text_of(extract: Extract, where: str, left_out: Sequence[str] = ()) -> str:
    """All that the HTML shows; see `html_of`."""
    document = extract.document
    figures = Figures(document.locale)
    blocks = [*_head(document.cover, figures), _sentences(document.summary, figures)]
    for section in document.sections:
        blocks += _section(section, 1, extract, where, figures)
    if not document.sections:
        blocks.append(wrapped("This report has nothing to show for this period."))
    blocks.append(["-" * MOST_COLUMNS])
    link = [document.cover.link] if document.cover.link else []
    for line in (*left_out, *link, *footer(document, figures)):
        blocks.append(wrapped(line))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(cover: Cover, figures: Figures) -> list[list[str]]:
    blocks = [_heading(fit(cover.name) or fit(cover.report_id), 0), wrapped(period_of(cover, figures))]
    if cover.description:
        blocks.append(wrapped(fit(cover.description)))
    if cover.doubts:
        blocks.append(wrapped(f"Trust with care: {'; '.join(map(fit, cover.doubts))}."))
    blocks.append([line for name, value in facts(cover, figures) for line in wrapped(f"{name}: {value}")])
    return blocks


def _section(section: Section, level: int, extract: Extract, where: str, figures: Figures) -> list[list[str]]:
    blocks = [_heading(fit(section.title) or section.name, level), _sentences(section.sentences, figures)]
    most_rows = extract.rows_at(level - 1)
    for table in (each for each in section.tables if most_rows or not each.rows):
        caption = fit(table.caption)
        if caption and caption != fit(section.title):
            blocks.append(wrapped(caption))
        blocks.append(table_lines(table, most_rows, figures))
        if len(table.rows) > most_rows:
            blocks.append(wrapped(rows_left_out(most_rows, len(table.rows), where)))
    for part in section.parts:
        blocks += _section(part, level + 1, extract, where, figures)
    return blocks


def _heading(text: str, level: int) -> list[str]:
    lines = wrapped(text)
    letter = _UNDERLINES[min(level, len(_UNDERLINES) - 1)]
    return [*lines, letter * max(map(width, lines))]


def _sentences(them: Sequence[Sentence], figures: Figures) -> list[str]:
    said = (
        " ".join([mark_of(each), "".join(piece_text(piece, figures) for piece in each.pieces)])
        for each in them
    )
    return [line for text in said for line in wrapped(text, indent="  ", first="* ")]
