"""From an extract of a report to the bytes of its HTML."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.charts.texts import fit
from reports.documents.extract import Extract
from reports.documents.framing import facts, footer, period_of, rows_left_out
from reports.documents.html.cells import MailMarkup, start_of
from reports.documents.html.tables import table_markup
from reports.documents.links import own_page
from reports.documents.pictures import Picture
from reports.figures import Figures

_HERE = Path(__file__).parent
_SHORTER = (("&nbsp;", "\N{NO-BREAK SPACE}"), ('<i hidden="">', "<i hidden>"), (' nowrap="">', " nowrap>"))


def html_of(
    extract: Extract, pictures: Mapping[int, Picture], where: str, left_out: Sequence[str] = ()
) -> bytes:
    """The HTML; `where` says where all of it is, `left_out` what of it is not here."""
    document = extract.document
    figures = Figures(document.locale)
    write = MailMarkup(figures, document.cover, start_of(document.locale))
    text = (
        _environment()
        .get_template("report.html")
        .render(
            document=document,
            cover=document.cover,
            period=period_of(document.cover, figures),
            facts=facts(document.cover, figures),
            footer=footer(document, figures),
            link=own_page(document.cover),
            write=write,
            picture_of=lambda illustration: pictures.get(id(illustration)),
            extract=extract,
            where=where,
            left_out=left_out,
        )
    )
    return _shortened(_inliner().inline(text)).encode()


def _shortened(text: str) -> str:
    """Without what means nothing; in texts and attributes `&` and `"` are written otherwise."""
    for long, short in _SHORTER:
        text = text.replace(long, short)
    return text


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["fit"] = fit
    made.globals |= {"rows_left_out": rows_left_out, "table_markup": table_markup}
    made.globals["screens"] = Markup(_style("screens.css"))  # noqa: S704  our own
    return made


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    """Knows our styles alone, and reads no address."""
    return CSSInliner(extra_css=_style("mail.css"), load_remote_stylesheets=False, minify_css=True)


def _style(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
