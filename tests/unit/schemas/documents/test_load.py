"""Reading catalog files: kinds, problems, where they are said to be."""

import json
from pathlib import Path

from schemas.documents.load import load_catalog, load_documents
from schemas.documents.problems import Problem


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_folder_is_read_with_every_file_in_it_and_hidden_ones_left_out(tmp_path: Path) -> None:
    write(tmp_path, "domains.yaml", "domains:\n- {domain_id: growth, name: Growth}\n")
    write(tmp_path, "metrics/one.yml", "metric_id: m1\nname: One\n")
    write(tmp_path, "metrics/two.json", json.dumps([{"metric_id": "m2", "name": "Two"}]))
    write(tmp_path, ".git/x.yaml", "metric_id: hidden\nname: Hidden\n")
    write(tmp_path, "notes.txt", "not a catalog")

    loaded = load_catalog(tmp_path)

    assert loaded.problems == ()
    assert list(loaded.catalog.metrics) == ["m1", "m2"]
    assert loaded.files == {
        ("domain", "growth"): "domains.yaml",
        ("metric", "m1"): "metrics/one.yml",
        ("metric", "m2"): "metrics/two.json",
    }


def test_errors_of_all_files_are_reported_at_once_with_file_document_and_field(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "metric_id: m1\nname: [One]\n")
    write(
        tmp_path,
        "b.json",
        json.dumps(
            {
                "objective_id": "o1",
                "name": "Grow",
                "key_results": [{"kr_id": "k1", "name": "K"}, {"kr_id": "k2", "name": "K", "weight": "much"}],
            }
        ),
    )
    assert load_catalog(tmp_path).errors == (
        Problem("expected text; got ['One']", "error", "a.yaml", "m1", "name", "metric"),
        Problem(
            "expected a plain number such as 95 or 0.95, without unit or percent sign; got 'much'",
            "error",
            "b.json",
            "o1",
            "key_results[1].weight",
            "objective",
        ),
    )


def test_the_same_id_in_two_files_is_an_error_that_names_both(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "metric_id: m1\nname: One\n")
    write(tmp_path, "b.yaml", "metrics: [{metric_id: m1, name: Other}]\n")
    (problem,) = load_catalog(tmp_path).errors
    assert problem.message == "the metric 'm1' is defined in a.yaml and in b.yaml; keep one"
    assert load_catalog(tmp_path).catalog.metrics["m1"].name == "One"


def test_a_document_without_an_id_is_found_by_its_place_in_the_file() -> None:
    (problem,) = load_documents({"metrics": [{"metric_id": "m", "name": "M"}, {"name": "N"}]}, "api").errors
    assert (problem.document_id, problem.path) == ("", "metrics[1].metric_id")
    assert problem.message == "expected text; missing"


def test_an_unknown_grain_is_a_warning() -> None:
    loaded = load_documents(
        {"metric_id": "m", "name": "M", "data": {"time_grain": ["day", "release"]}}, "api"
    )
    assert loaded.errors == ()
    (problem,) = loaded.problems
    assert problem.path == "data.time_grain[1]"
    assert "'release' is ignored" in problem.message


def test_a_missing_path_is_a_problem_and_so_is_an_empty_folder(tmp_path: Path) -> None:
    assert "No such file" in load_catalog(tmp_path / "none").errors[0].message
    assert "no catalog file here" in load_catalog(tmp_path).errors[0].message
