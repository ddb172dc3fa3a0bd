import re
from pathlib import Path

REPORTS = Path(__file__).parents[3] / "reports"
WRITING = re.compile(
    r"\b(insert|update|delete)\(|\.begin\(|\b(insert into|delete from|update \w+\.\w+ set)\b", re.IGNORECASE
)


def test_no_module_of_the_read_side_writes() -> None:
    modules = sorted(REPORTS.rglob("*.py"))
    assert len(modules) > 20
    assert [str(each) for each in modules if WRITING.search(each.read_text())] == []
