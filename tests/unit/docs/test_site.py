"""What stands around the generator of the manual: how pages are laid out, drawings, the search for dead links."""

import re
from pathlib import Path

import yaml

from docs.site.flow_charts import with_drawings
from docs.site.gather import gather
from docs.site.links import dead_links

ROOT = Path(__file__).parents[3]


def test_every_page_is_in_the_navigation_once(tmp_path: Path) -> None:
    settings = yaml.safe_load(gather(tmp_path).read_text())
    named = re.findall(r"[\w./-]+\.md", yaml.safe_dump(settings["nav"]))
    pages = {path.relative_to(tmp_path / "pages").as_posix() for path in (tmp_path / "pages").rglob("*.md")}
    assert sorted(named) == sorted(pages)
    assert {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")} < pages


def test_links_to_code_become_words_and_links_to_folders_lead_to_their_index(tmp_path: Path) -> None:
    gather(tmp_path)
    page = (tmp_path / "pages" / "architecture.md").read_text()
    assert "[the decisions](adr/index.md)" in page
    assert "[CONTRIBUTING](contributing.md)" in page
    assert "](../pyproject.toml)" not in page
    assert "](clients/python.md)" in (tmp_path / "pages" / "api.md").read_text()
    assert "(../openapi.json)" in (tmp_path / "pages" / "clients" / "python.md").read_text()


def test_a_flow_chart_is_drawn_with_every_box_and_arrow_from_above_to_below() -> None:
    page = with_drawings(
        "before\n\n```mermaid\nflowchart TD\n    a\n    b\n    c\n    a --> b\n    b --> c\n```\nafter"
    )
    assert re.findall(r"<text [^>]*>(\w)</text>", page) == ["a", "b", "c"]
    heights = [float(y) for y in re.findall(r'<rect x="[\d.]+" y="([\d.]+)"', page)]
    assert heights == sorted(set(heights))
    assert page.count('class="edge"') == 2
    assert "mermaid" not in page


def test_dead_links_and_anchors_are_found_and_those_of_other_hosts_left_alone(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "index.html").write_text('<h1 id="top">x</h1>')
    (tmp_path / "index.html").write_text(
        '<a href="there/">1</a><a href="there/#top">2</a><a href="there/#gone">3</a><a href="gone/">4</a>'
        '<a href="https://elsewhere.example/gone">5</a><a href="#nowhere">6</a><img src="gone.png">'
    )
    assert dead_links(tmp_path) == [
        "index.html -> #nowhere",
        "index.html -> gone.png",
        "index.html -> gone/",
        "index.html -> there/#gone",
    ]
