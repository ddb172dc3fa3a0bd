"""`mdl catalog …`: judge, test, store, compare, print and export the catalog."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy import Connection

from cli.help import examples
from cli.installation import Installation, login_name, on_installation
from cli.printing import OutputFormat, format_option, print_rows, progress
from core.clock import wall_now
from core.errors import CatalogError, ConfigurationError
from core.suggestions import near
from schemas.catalog import edit, store, stored
from schemas.catalog.compare import DocumentChange, compare
from schemas.catalog.validate import load_valid, validate_loaded
from schemas.documents import jsonschema
from schemas.documents.export import catalog_content, to_json, to_yaml
from schemas.documents.kinds import MODELS, Kind
from schemas.documents.load import Loaded, load_catalog

_path = click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
_kind = click.option("--kind", type=click.Choice(list(MODELS)), help="Only documents of this kind.")
_by = click.option("--by", "changed_by", help="Who history names; the login name by default.")
_text = click.option(
    "--as", "text_format", type=click.Choice(["yaml", "json"]), default="yaml", help="Text format."
)


@click.group(
    epilog=examples("mdl catalog validate", "mdl catalog diff my/catalog", "mdl catalog apply my/catalog")
)
def catalog() -> None:
    """Definitions: sources, domains, objectives, metrics and reports as reviewed documents.

    PATH is a file or a folder; without it the setting MDL_CATALOG names it.
    """


@catalog.command("validate", epilog=examples("mdl catalog validate my/catalog --format json"))
@_path
@format_option
@on_installation
def validate_command(installation: Installation, path: Path | None, output_format: OutputFormat) -> None:
    """Judge catalog files and print every problem; exit code 1 where there are errors. Needs no database."""
    loaded = validate_loaded(load_catalog(_catalog_path(installation, path)))
    if output_format == "table":
        for problem in loaded.problems:
            click.echo(str(problem))
        click.echo(_summary(loaded))
    else:
        names = ("severity", "file", "kind", "document_id", "path", "message")
        rows = [{name: getattr(problem, name) for name in names} for problem in loaded.problems]
        print_rows(rows, output_format, columns=names)
    if loaded.errors:
        raise click.exceptions.Exit(1)


@catalog.command("test", epilog=examples("mdl catalog test my/catalog --metric FLT-DEPARTURES"))
@_path
@click.option("--metric", "metric_id", help="Only the tests of this metric.")
@format_option
@on_installation
def test_command(
    installation: Installation, path: Path | None, metric_id: str | None, output_format: OutputFormat
) -> None:
    """Run the metric tests of catalog files through the real engine; exit code 1 where one fails. Needs no database."""
    from pipelines.catalog_tests import run_tests  # noqa: PLC0415  the engine, only where it computes

    settings = installation.settings
    loaded = load_valid(path or settings.catalog).catalog
    if metric_id is not None and metric_id not in loaded.metrics:
        raise click.UsageError(f"the catalog has no metric {metric_id!r}")
    wanted = {metric_id} if metric_id else set(loaded.metrics)
    total, outcomes = sum(len(loaded.metrics[one].tests) for one in wanted), []
    with progress() as advance:
        for outcome in run_tests(loaded, settings.zone, wanted.__contains__):
            outcomes.append(outcome)
            advance("metric tests", len(outcomes), total)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if output_format == "table":
        for outcome in failed:
            click.echo("\n  ".join([f"{outcome.metric_id}: {outcome.name}", *outcome.failures]))
        click.echo(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    else:
        rows = [{**asdict(one), "failures": list(one.failures)} for one in outcomes]
        print_rows(rows, output_format, columns=("metric_id", "name", "failures"))
    if failed:
        raise click.exceptions.Exit(1)


@catalog.command("apply", epilog=examples("mdl catalog apply my/catalog --by ann --keep"))
@_path
@_by
@click.option("--keep", is_flag=True, help="Keep stored documents that the files no longer hold.")
@format_option
@on_installation
def apply_command(
    installation: Installation,
    *,
    path: Path | None,
    changed_by: str | None,
    keep: bool,
    output_format: OutputFormat,
) -> None:
    """Store the catalog files as the new catalog; refuses one with errors."""
    loaded = _insist(installation, path)
    applied = store.apply(
        installation.migrated().engine,
        loaded.catalog,
        changed_by=changed_by or login_name(),
        origin_of=loaded.origin_of,
        now=wall_now(),
        prune=not keep,
    )
    _print_changes(list(applied.changes), output_format, f"Catalog version {applied.version}")


@catalog.command("diff", epilog=examples("mdl catalog diff my/catalog"))
@_path
@format_option
@on_installation
def diff_command(installation: Installation, path: Path | None, output_format: OutputFormat) -> None:
    """Show what `apply` would change in the stored catalog."""
    loaded = _insist(installation, path)
    with installation.migrated().reading() as connection:
        changes = compare(connection, loaded.catalog, origin_of=loaded.origin_of)
    _print_changes(changes, output_format, "Would change")


@catalog.command("export", epilog=examples("mdl catalog export --as json --output catalog.json"))
@_path
@_text
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file instead of the screen.")
@on_installation
def export_command(
    installation: Installation, path: Path | None, text_format: str, output: Path | None
) -> None:
    """Print the catalog in canonical form: the stored one, or that of PATH (which needs no database)."""
    if path is None:
        with installation.migrated().reading() as connection:
            chosen = stored.read_catalog(connection)
    else:
        loaded = load_catalog(path)
        loaded.raise_errors()
        chosen = loaded.catalog
    text = _rendered(catalog_content(chosen), text_format)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"written to {output}")


@catalog.command("list", epilog=examples("mdl catalog list", "mdl catalog list --kind metric --format csv"))
@_kind
@format_option
@on_installation
def list_command(installation: Installation, kind: Kind | None, output_format: OutputFormat) -> None:
    """List the stored documents with their versions."""
    with installation.migrated().reading() as connection:
        documents = stored.read_documents(connection, kind)
    rows = [
        {
            "kind": document.kind,
            "id": document.document_id,
            "name": document.content.get("name"),
            "version": document.version,
            "updated_at": document.updated_at.isoformat(timespec="seconds"),
        }
        for document in documents
    ]
    print_rows(rows, output_format, "Catalog", ("kind", "id", "name", "version", "updated_at"))


@catalog.command("show", epilog=examples("mdl catalog show FLT-DEPARTURES --as json"))
@click.argument("document_id")
@_kind
@_text
@on_installation
def show_command(installation: Installation, document_id: str, kind: Kind | None, text_format: str) -> None:
    """Print a stored document in canonical form."""
    with installation.migrated().reading() as connection:
        documents = stored.read_documents(connection, kind, document_id)
        if not documents:
            raise _unknown(connection, document_id)
    for document in documents:
        click.echo(f"{document.kind} {document_id}, version {document.version}", err=True)
        click.echo(_rendered(document.in_order(), text_format), nl=False)


@catalog.command("delete", epilog=examples("mdl catalog delete metric FLT-DEPARTURES --by ann"))
@click.argument("kind", type=click.Choice(list(MODELS)))
@click.argument("document_id")
@_by
@on_installation
def delete_command(installation: Installation, kind: Kind, document_id: str, changed_by: str | None) -> None:
    """Delete a stored document that nothing refers to, wherever it came from; its history stays.

    One that files still hold comes back with the next `mdl catalog apply` once they say something else of it.
    """
    author = edit.Author(changed_by or login_name(), wall_now())
    with installation.migrated().writing() as connection:
        edit.delete(connection, kind, document_id, None, author)
    click.echo(f"deleted {kind} {document_id}")


@catalog.command("history", epilog=examples("mdl catalog history FLT-DEPARTURES"))
@click.argument("document_id")
@_kind
@format_option
@on_installation
def history_command(
    installation: Installation, document_id: str, kind: Kind | None, output_format: OutputFormat
) -> None:
    """List every version of a document: what changed, by whom, when and from where."""
    with installation.migrated().reading() as connection:
        revisions = stored.history(connection, document_id, kind)
        if not revisions:
            raise _unknown(connection, document_id)
    rows = [
        {
            "kind": revision.kind,
            "revision": revision.revision,
            "version": revision.version,
            "change": revision.change,
            "fields": ", ".join(revision.changed_fields),
            "changed_by": revision.changed_by,
            "origin": revision.origin,
            "changed_at": revision.changed_at.isoformat(timespec="seconds"),
        }
        for revision in revisions
    ]
    print_rows(rows, output_format, f"History of {document_id}")


@catalog.command("schema", epilog=examples("mdl catalog schema > catalog.schema.json"))
@click.argument("name", required=False, default="catalog", type=click.Choice(list(jsonschema.NAMES)))
@click.option(
    "--check", is_flag=True, help="Compare the committed schemas with the models; exit code 1 on drift."
)
@click.option("--write", is_flag=True, help="Generate the committed schemas anew.")
def schema_command(*, name: str, check: bool, write: bool) -> None:
    """Print a JSON Schema for completion in editors, of whole catalog files or of one kind of document."""
    folder = jsonschema.committed_folder()
    if write:
        jsonschema.write(folder)
    if check:
        names = jsonschema.drifted(folder)
        if names:
            wrong = ", ".join(names)
            raise CatalogError(f"differs from the models: {wrong}; run `mdl catalog schema --write`")
        click.echo("the committed schemas are those of the models")
    if not write and not check:
        click.echo(json.dumps(jsonschema.generate()[name], indent=2, ensure_ascii=False))


def _catalog_path(installation: Installation, path: Path | None) -> Path:
    chosen = path or installation.settings.catalog
    if not chosen.exists():
        raise ConfigurationError(f"there is no catalog at {chosen}; name a path, or set MDL_CATALOG")
    return chosen


def _insist(installation: Installation, path: Path | None) -> Loaded:
    """The sound catalog at `path`; its warnings go to the error stream."""
    loaded = load_valid(_catalog_path(installation, path))
    for problem in loaded.problems:
        click.echo(str(problem), err=True)
    return loaded


def _unknown(connection: Connection, document_id: str) -> CatalogError:
    ids = [document.document_id for document in stored.read_documents(connection)]
    close = near(document_id, ids, 1)
    hint = f"did you mean {close[0]!r}?" if close else "`mdl catalog list` shows those there are"
    return CatalogError(f"no stored document is called {document_id!r}; {hint}")


def _rendered(value: object, text_format: str) -> str:
    return to_json(value) if text_format == "json" else to_yaml(value)


def _print_changes(changes: list[DocumentChange], output_format: OutputFormat, title: str) -> None:
    rows = [
        {
            "kind": change.kind,
            "id": change.document_id,
            "change": change.change,
            "version": change.version,
            "fields": ", ".join(change.fields),
        }
        for change in changes
    ]
    print_rows(rows, output_format, title, ("kind", "id", "change", "version", "fields"))


def _summary(loaded: Loaded) -> str:
    counts = ", ".join(f"{len(getattr(loaded.catalog, f'{kind}s'))} {kind}s" for kind in MODELS)
    warnings = len(loaded.problems) - len(loaded.errors)
    verdict = f"{len(loaded.errors)} errors" if loaded.errors else "no errors"
    return f"{counts}: {verdict}, {warnings} warnings"
