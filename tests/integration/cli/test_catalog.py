"""`mdl catalog …` as a user types it, against a real PostgreSQL."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from core.errors import CatalogError, ConfigurationError
from schemas.catalog.errors import ReferredToError

TEXT = """\
catalog_name: Ours
sources:
- {source_id: logins, format: csv, path: "*.csv", event: login, timestamp: ts}
metrics:
- {metric_id: LOGINS, name: Logins, definition: {formula: COUNT(login)}, colour: red}
- {metric_id: WEEKLY, name: Weekly, definition: {formula: "METRIC('LOGINS') / 7"}}
"""

CIRCLE = """\
- {metric_id: A, name: A, definition: {formula: "METRIC('B') + 1"}}
- {metric_id: B, name: B, definition: {formula: "METRIC('A') + 1"}}
"""


@pytest.fixture
def catalog_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound catalog that MDL_CATALOG names; there is no database yet."""
    monkeypatch.setenv("MDL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MDL_CATALOG", str(tmp_path / "catalog.yaml"))
    file = tmp_path / "catalog.yaml"
    file.write_text(TEXT)
    return file


@pytest.fixture
def stored(catalog_file: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with a database that it is applied to."""
    monkeypatch.setenv("MDL_DATABASE_URL", database_url)
    run("apply", "--by", "ann")
    return catalog_file


def run(*arguments: str, fails: int = 0) -> Result:
    result = CliRunner().invoke(cli, ["catalog", *arguments])
    assert result.exit_code == fails, result.output
    return result


def test_validate_prints_every_problem_and_a_summary_without_a_database(catalog_file: Path) -> None:
    output = run("validate").stdout
    assert "warning: catalog.yaml: LOGINS: colour: unknown field" in output
    assert output.endswith(
        "1 sources, 0 domains, 0 objectives, 2 metrics, 0 reports: no errors, 1 warnings\n"
    )
    assert not (catalog_file.parent / "home").exists()


def test_validate_ends_with_1_where_there_are_errors(catalog_file: Path) -> None:
    catalog_file.write_text(TEXT.replace("Weekly", "[]") + CIRCLE)
    problems = json.loads(run("validate", "--format", "json", fails=1).stdout)
    assert [(p["document_id"], p["path"]) for p in problems if p["severity"] == "error"] == [
        ("WEEKLY", "name"),
        ("A", "definition.formula"),
    ]


def test_validate_without_a_catalog_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["catalog", "validate"])
    assert isinstance(result.exception, ConfigurationError)
    assert "set MDL_CATALOG" in str(result.exception)
    run("validate", "nowhere.yaml", fails=2)


def test_apply_stores_what_diff_foretold_and_then_has_nothing_to_do(stored: Path) -> None:
    stored.write_text(TEXT.replace("/ 7", "/ 8"))
    expected = [
        {
            "kind": "metric",
            "id": "WEEKLY",
            "change": "major",
            "version": "2.0.0",
            "fields": "definition.formula",
        }
    ]
    assert json.loads(run("diff", "--format", "json").stdout) == expected
    assert json.loads(run("apply", "--format", "json").stdout) == expected
    assert run("apply").stdout == "Catalog version 2: nothing\n"


def test_a_catalog_with_errors_is_not_applied(stored: Path) -> None:
    stored.write_text(TEXT + CIRCLE)
    result = CliRunner().invoke(cli, ["catalog", "apply"])
    assert isinstance(result.exception, CatalogError)
    assert json.loads(run("list", "--format", "json").stdout)[0]["version"] == "1.0.0"


def test_apply_deletes_what_left_the_files_unless_told_to_keep_it(stored: Path) -> None:
    stored.write_text(TEXT[: TEXT.index("- {metric_id: WEEKLY")])
    assert run("apply", "--keep").stdout == "Catalog version 1: nothing\n"
    assert "deleted" in run("apply").stdout
    assert [row["id"] for row in json.loads(run("list", "--kind", "metric", "--format", "json").stdout)] == [
        "LOGINS"
    ]


def test_show_prints_a_document_in_canonical_order_and_suggests_where_there_is_none(stored: Path) -> None:
    result = run("show", "LOGINS")
    assert result.stdout == (
        "metric_id: LOGINS\nname: Logins\ndefinition:\n  formula: COUNT(login)\ncolour: red\n"
    )
    assert result.stderr == "metric LOGINS, version 1.0.0\n"
    missing = CliRunner().invoke(cli, ["catalog", "show", "LOGIN"])
    assert "did you mean 'LOGINS'?" in str(missing.exception)


def test_history_says_who_when_and_from_where(stored: Path) -> None:
    stored.write_text(TEXT.replace("name: Logins", "name: All logins"))
    run("apply", "--by", "bob")
    rows = json.loads(run("history", "LOGINS", "--format", "json").stdout)
    assert [(row["version"], row["change"], row["fields"], row["changed_by"]) for row in rows] == [
        ("1.0.1", "patch", "name", "bob"),
        ("1.0.0", "created", "", "ann"),
    ]
    assert rows[0]["origin"] == "file:catalog.yaml"
    assert isinstance(CliRunner().invoke(cli, ["catalog", "history", "nothing"]).exception, CatalogError)


def test_a_report_is_listed_shown_compared_and_keeps_what_it_names_from_being_deleted(stored: Path) -> None:
    report = "reports:\n- {report_id: MONDAY, name: Monday, scope: {metrics: [WEEKLY]}, cron: 0 7 * * 1}\n"
    stored.write_text(TEXT + report)
    assert "warning: catalog.yaml: MONDAY: owner_team: without an owner" in run("validate").stdout
    run("apply")
    (row,) = json.loads(run("list", "--kind", "report", "--format", "json").stdout)
    assert (row["id"], row["name"], row["version"]) == ("MONDAY", "Monday", "1.0.0")
    assert run("show", "MONDAY").stdout == (
        "report_id: MONDAY\nname: Monday\nscope:\n  metrics:\n  - WEEKLY\nschedule: 0 7 * * 1\n"
    )
    stored.write_text(TEXT + report.replace("0 7", "0 8"))
    (change,) = json.loads(run("diff", "--format", "json").stdout)
    assert (change["kind"], change["change"], change["fields"]) == ("report", "minor", "schedule")
    refused = CliRunner().invoke(cli, ["catalog", "delete", "metric", "WEEKLY"])
    assert isinstance(refused.exception, ReferredToError)
    assert "report MONDAY" in str(refused.exception)
    run("delete", "report", "MONDAY")
    run("delete", "metric", "WEEKLY")


@pytest.mark.parametrize("text_format", ["yaml", "json"])
def test_an_export_can_be_applied_again_without_a_change(stored: Path, text_format: str) -> None:
    exported = stored.parent / f"exported.{text_format}"
    run("export", "--as", text_format, "--output", str(exported))
    assert run("diff", str(exported)).stdout == "Would change: nothing\n"
    assert run("export", str(exported), "--as", text_format).stdout == exported.read_text()


def test_export_of_files_needs_no_database(catalog_file: Path) -> None:
    assert run("export", str(catalog_file)).stdout.startswith("catalog_name: Ours\nsources:\n")
    assert not (catalog_file.parent / "home").exists()


def test_schema_prints_and_checks(tmp_path: Path) -> None:
    assert json.loads(run("schema", "metric").stdout)["title"] == "MDL metric"
    assert "are those of the models" in run("schema", "--check").stdout


def test_delete_takes_a_document_that_nothing_refers_to_and_keeps_its_history(stored: Path) -> None:
    refused = CliRunner().invoke(cli, ["catalog", "delete", "metric", "LOGINS"])
    assert isinstance(refused.exception, ReferredToError)
    assert "WEEKLY" in str(refused.exception)
    assert run("delete", "metric", "WEEKLY").stdout == "deleted metric WEEKLY\n"
    assert run("delete", "metric", "LOGINS").stdout == "deleted metric LOGINS\n"
    assert run("delete", "source", "logins").stdout == "deleted source logins\n"
    assert json.loads(run("list", "--format", "json").stdout) == []
    assert "deleted" in run("history", "logins", "--kind", "source").stdout
