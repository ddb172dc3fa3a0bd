"""The manifest of a backup: what it holds, by which a restore knows that nothing is damaged, missing or other."""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import DataError
from pipelines.backups.place import MANIFEST, Folder, StoredFile
from schemas.migrate import newest_revision

DUMP = "database.dump"
LAKE = "lake/"
STAGED = "staging/"
_FORMAT = 1
_DIGEST = "manifest_sha256"


class TableContent(BaseModel):
    """How many rows a table has, and a number that any other content would change; the order of rows does not."""

    model_config = ConfigDict(frozen=True)

    rows: int
    digest: str


class Manifest(BaseModel):
    """What a backup holds.

    `publication_id` and `catalog_version` are the newest of its database. `lake_version` is the version of the events
    table, None without one; it is ahead of the publication's where rows were taken in since, or files joined.
    `lake_rows` are rows of the lake by event, superseded ones too; `files` are relative to the backup.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    mdl_version: str
    schema_revision: str
    taken_at: datetime
    publication_id: int | None
    catalog_version: int | None
    lake_version: int | None
    lake_rows: dict[str, int]
    tables: dict[str, TableContent]
    files: dict[str, StoredFile]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files.values())


def written(manifest: Manifest) -> bytes:
    """The manifest as it is stored, with a hash of itself."""
    content = manifest.model_dump(mode="json")
    return json.dumps(content | {_DIGEST: _digest(content)}, indent=1, sort_keys=True).encode()


def read_manifest(backup: Folder) -> Manifest:
    """The manifest of a whole backup that this MDL can restore.

    Raises:
        DataError: there is none, it is damaged, or of a newer MDL.
    """
    if not backup.is_whole():
        raise DataError(f"{backup.shown} is no whole backup: it has no {MANIFEST}, which is written last")
    try:
        content: Any = json.loads(backup.read(MANIFEST))
        digest = content.pop(_DIGEST)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DataError(f"{backup.shown}/{MANIFEST} is damaged: it is not what MDL writes") from error
    if digest != _digest(content):
        raise DataError(f"{backup.shown}/{MANIFEST} is damaged: it was changed after it was written")
    if content.get("format") != _FORMAT:
        raise DataError(
            f"{backup.shown} has format {content.get('format')}, this MDL reads {_FORMAT}: update MDL"
        )
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError as error:
        raise DataError(f"{backup.shown}/{MANIFEST} is damaged: {error.errors()[0]['msg']}") from error
    _judge(backup, manifest)
    return manifest


def _judge(backup: Folder, manifest: Manifest) -> None:
    if manifest.schema_revision > newest_revision():
        raise DataError(
            f"{backup.shown} is of schema {manifest.schema_revision} (MDL {manifest.mdl_version}), newer than "
            f"{newest_revision()} of this MDL: update MDL first"
        )
    for name in manifest.files:
        if name != DUMP and (not name.startswith((LAKE, STAGED)) or ".." in name.split("/")):
            raise DataError(f"{backup.shown}/{MANIFEST} is damaged: {name!r} is no file of a backup")
    if DUMP not in manifest.files:
        raise DataError(f"{backup.shown}/{MANIFEST} is damaged: it names no {DUMP}")


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
