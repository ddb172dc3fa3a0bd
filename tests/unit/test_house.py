import ast
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ["core", "schemas", "reports", "pipelines", "webapi", "cli"]


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def ninetieth(sizes: list[int]) -> int:
    """The size that nine of ten do not exceed."""
    return sorted(sizes)[9 * len(sizes) // 10]


def public_classes() -> dict[str, list[str]]:
    """Where each public class of the packages is defined, also within functions."""
    found = defaultdict(list)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_no_public_class_name_is_defined_twice() -> None:
    classes = public_classes()
    assert len(classes) > 200
    assert {name: places for name, places in classes.items() if len(places) > 1} == {}


def test_no_folder_holds_more_than_twenty_modules() -> None:
    paths = (path for folder in [*PACKAGES, "tests"] for path in (ROOT / folder).rglob("*.py"))
    counts = Counter(path.parent.relative_to(ROOT) for path in paths if path.name != "__init__.py")
    assert {str(folder): count for folder, count in counts.items() if count > 20} == {}


def test_nine_of_ten_modules_and_functions_are_short() -> None:
    texts = [path.read_text() for path in modules()]
    functions = [
        node.end_lineno - node.lineno + 1
        for text in texts
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
    ]
    assert ninetieth([text.count("\n") for text in texts]) < 200
    assert ninetieth(functions) <= 20
