"""From catalog files or received documents to a `Catalog`, with every problem of every file at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.bounds import TooMuchWorkError, insist_on_time
from core.errors import CatalogError
from schemas.documents.documents import Catalog, CatalogHeader, Grain, Metric, Part
from schemas.documents.findings import findings
from schemas.documents.kinds import ID_FIELDS, MODELS, DocumentKey, Kind, WrittenDocument, find_documents
from schemas.documents.problems import Problem, Severity
from schemas.documents.reading import read_json, read_text
from schemas.documents.scalars import Path as FieldPath
from schemas.documents.scalars import UnreadableError
from schemas.documents.shape import Shaper, dotted
from schemas.documents.yaml_text import read_yaml

SUFFIXES = (".yaml", ".yml", ".json")
_MAX_PROBLEMS_PER_FILE = 500


@dataclass(frozen=True)
class Loaded:
    """What was read: the documents without errors, what is wrong, and the file each document stands in.

    `files` also names the documents that have errors and so are not in `catalog`.
    """

    catalog: Catalog
    problems: tuple[Problem, ...] = ()
    files: Mapping[DocumentKey, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stand in the way, without the warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def origin_of(self, kind: Kind, document_id: str) -> str:
        """The origin that history shows: `file:<name>`, without a name for a document that no file holds."""
        return f"file:{self.files.get((kind, document_id), '')}"

    def raise_errors(self) -> None:
        """Go on only with a sound catalog.

        Raises:
            CatalogError: there are errors; it carries all of them.
        """
        if self.errors:
            raise CatalogError(f"the catalog has {len(self.errors)} error(s):", self.errors)


def load_catalog(path: Path) -> Loaded:
    """Read one file, or every .yaml, .yml and .json file under a folder (hidden ones are left out).

    Never raises for what a file holds: read `Loaded.problems`.
    """
    collector = _Collector()
    try:
        files = _catalog_files(path)
    except OSError as error:
        return Loaded(Catalog(), (Problem(f"cannot be read: {error.strerror or error}", file=str(path)),))
    for file in files:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        try:
            content = file.read_bytes()
        except OSError as error:
            collector.report(name, "error", f"cannot be read: {error.strerror or error}")
            continue
        collector.add_file(name, content)
    if not files:
        collector.report(str(path), "error", f"no catalog file here; expected {', '.join(SUFFIXES)}")
    return collector.loaded()


def load_content(content: bytes, name: str, most: int | None = None) -> Loaded:
    """Read the bytes of one file; its format is told from the suffix of `name`.

    Raises:
        TooMuchWorkError: it holds more than `most` documents, or takes too long.
    """
    collector = _Collector(most)
    collector.add_file(name, content)
    return collector.loaded()


def load_documents(documents: Any, name: str) -> Loaded:
    """Read parsed JSON or YAML: one document, a list, or a mapping of lists; or the text of either.

    `name` stands for the file in problems.
    """
    if isinstance(documents, str | bytes):
        content = documents.encode("utf-8", "surrogatepass") if isinstance(documents, str) else documents
        return load_content(content, name)
    collector = _Collector()
    collector.add_values([documents], name)
    return collector.loaded()


def _catalog_files(path: Path) -> list[Path]:
    if not path.is_dir():
        path.stat()
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


class _Collector:
    """Gathers documents and problems over all files."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._sections: dict[Kind, dict[str, Part]] = {kind: {} for kind in MODELS}
        self._headers: list[Part] = []
        self._problems: list[Problem] = []
        self._files: dict[DocumentKey, str] = {}
        self._counts: Counter[tuple[str, Severity]] = Counter()

    def loaded(self) -> Loaded:
        """Everything gathered so far."""
        sections = {f"{kind}s": documents for kind, documents in self._sections.items()}
        catalog = Catalog.model_validate({**sections, "headers": self._headers})
        return Loaded(catalog, tuple(self._problems), dict(self._files))

    def report(
        self,
        file: str,
        severity: Severity,
        message: str,
        path: str = "",
        found: WrittenDocument | None = None,
    ) -> None:
        """Note one problem; of each severity, at most so many in one file."""
        self._counts[file, severity] += 1
        count = self._counts[file, severity]
        if count > _MAX_PROBLEMS_PER_FILE:
            message, path, found = (
                f"more than {_MAX_PROBLEMS_PER_FILE} {severity}s; the rest is not listed",
                "",
                None,
            )
        if count > _MAX_PROBLEMS_PER_FILE + 1:
            return
        document_id = found.document_id if found else ""
        kind = (found.kind or "") if found else ""
        self._problems.append(Problem(message, severity, file, document_id, path, kind))

    def add_file(self, name: str, content: bytes) -> None:
        """Read one file's bytes."""
        found: list[tuple[Severity, str, FieldPath]] = []

        def note(severity: Severity, message: str, path: FieldPath) -> None:
            found.append((severity, message, path))

        try:
            text = read_text(content)
            is_json = name.lower().endswith(".json")
            values = [read_json(text, note)] if is_json else read_yaml(text, note)
        except UnreadableError as error:
            self.report(name, "error", str(error))
            return
        for severity, message, path in found:
            self.report(name, severity, message, dotted(path))
        self.add_values(values, name)

    def add_values(self, values: list[Any], name: str) -> None:
        """Take up parsed values."""
        items = [item for value in values for item in self._documents_of(value, name)]
        if self._most is not None and len(items) > self._most:
            raise TooMuchWorkError(f"{len(items):,} documents are more than the {self._most:,} of one import")
        for item in items:
            insist_on_time()
            self._add(item, name)

    def _documents_of(self, value: Any, name: str) -> Iterator[WrittenDocument]:
        found, complaints = find_documents(value)
        for path, message in complaints:
            self.report(name, "error", message, dotted(path))
        yield from found

    def _add(self, found: WrittenDocument, name: str) -> None:
        document = self._judge(found, name)
        if found.kind is None:
            if document is not None and document != CatalogHeader():
                self._headers.append(document)
            return
        key = (found.kind, found.document_id)
        if found.document_id:
            if key in self._files:
                other = self._files[key]
                places = f"in {other} and in {name}" if other != name else f"twice in {name}"
                message = f"the {found.kind} {found.document_id!r} is defined {places}; keep one"
                self.report(name, "error", message, ID_FIELDS[found.kind], found)
                return
            self._files[key] = name
        if document is not None:
            self._sections[found.kind][found.document_id] = document

    def _judge(self, found: WrittenDocument, name: str) -> Part | None:
        """The document, or None where it has errors, which are reported."""
        # a document that names itself is found by its id; any other by its place in the file
        base = () if found.document_id else found.path

        def report(severity: Severity, message: str, path: FieldPath) -> None:
            self.report(name, severity, message, dotted((*base, *path)), found)

        model = MODELS[found.kind] if found.kind else CatalogHeader
        shaper = Shaper(report)
        shaped = shaper.shape(model, found.raw)
        try:
            document = model.model_validate(shaped)
        except ValidationError as error:
            for path, message in findings(error, model, shaped):
                report("error", message, shaper.as_written(path))
            return None
        if isinstance(document, Metric):
            for message, path in _unknown_grains(document):
                report("warning", message, path)
        return document


def _unknown_grains(metric: Metric) -> Iterator[tuple[str, FieldPath]]:
    for index, grain in enumerate(metric.data.time_grain):
        if grain not in set(Grain):
            message = f"the grain {grain!r} is ignored; known are {', '.join(Grain)}"
            yield message, ("data", "time_grain", index)
