"""Writes what is made of docs/openapi.json: `mdl_client`, the types of `@mdl/client` and the request collection.

`python -m clients.generate [--check] [python | collection | typescript …]`; TypeScript needs Node, the others do not.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import click

from clients.collection import collection

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs" / "openapi.json"
PACKAGE = Path("python", "mdl_client")
TYPES = Path("typescript", "src", "schema.ts")
COLLECTION = Path("mdl.postman_collection.json")


def _python(into: Path) -> None:
    generator = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    options = ["--config", HERE / "python" / "generator.yaml", "--overwrite", "--fail-on-warning"]
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it calls ruff
    with tempfile.NamedTemporaryFile("w", suffix=".json") as document:
        json.dump(_for_python(_document()), document)
        document.flush()
        paths = ["--path", document.name, "--output-path", into / PACKAGE]
        _run([*generator, *options, *paths], env={**os.environ, "PATH": tools})


def _for_python(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what the Python client does not use: 304, since it keeps no answers, and YAML."""
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation["responses"].pop("304", None)
                for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                    part.get("content", {}).pop("application/yaml", None)
    return document


def _collection(into: Path) -> None:
    text = json.dumps(collection(_document()), indent=1, ensure_ascii=False)
    (into / COLLECTION).write_text(text + "\n")


def _typescript(into: Path) -> None:
    generator = HERE / "typescript" / "node_modules" / ".bin" / "openapi-typescript"
    if not generator.exists():
        raise click.ClickException(
            "openapi-typescript is missing: Node 20 and `npm ci` in clients/typescript give it"
        )
    # a field with a default may still be left out of a request
    _run([generator, DOCUMENT, "--output", into / TYPES, "--default-non-nullable", "false"])


class Part(NamedTuple):
    """Something that is made: where it stands below this folder, and what writes it below another."""

    path: Path
    write: Callable[[Path], None]


PARTS = {
    "python": Part(PACKAGE, _python),
    "collection": Part(COLLECTION, _collection),
    "typescript": Part(TYPES, _typescript),
}


def _document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return found


def _run(command: list[Any], **options: Any) -> None:
    done = subprocess.run(  # noqa: S603  our own words
        command, check=False, capture_output=True, text=True, **options
    )
    if done.returncode:
        raise click.ClickException(f"{command[0]} failed\n{done.stdout}{done.stderr}")


def _files(at: Path) -> dict[str, str]:
    """Text by relative path; of a single file under its own name."""
    files = [at] if at.is_file() else [file for file in at.rglob("*") if file.suffix in (".py", ".typed")]
    return {str(file.relative_to(at.parent)): file.read_text() for file in files}


def _drifted(names: Iterable[str]) -> list[str]:
    """Paths of all that is not what would be written now, or is left over."""
    drifted: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            path, write = PARTS[name]
            write(Path(folder))
            wanted, present = _files(Path(folder) / path), _files(HERE / path)
            different = [file for file in {*wanted, *present} if wanted.get(file) != present.get(file)]
            drifted += [f"clients/{path.parent / file}" for file in sorted(different)]
    return drifted


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something differs.")
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
def main(*, check: bool, parts: tuple[str, ...]) -> None:
    """Write, or check, the named parts, all of them by default."""
    names = parts or tuple(PARTS)
    if not check:
        for name in names:
            PARTS[name].write(HERE)
    elif drifted := _drifted(names):
        listed = ", ".join(drifted)
        raise click.ClickException(
            f"not what docs/openapi.json gives: {listed}; `make clients` writes it anew"
        )


if __name__ == "__main__":
    main()
