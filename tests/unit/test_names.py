import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ["core", "schemas", "reports", "pipelines", "cli"]


def public_classes() -> dict[str, list[str]]:
    """Where each public class of the packages is defined, also within functions."""
    found = defaultdict(list)
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_no_public_class_name_is_defined_twice() -> None:
    classes = public_classes()
    assert len(classes) > 200
    assert {name: places for name, places in classes.items() if len(places) > 1} == {}
