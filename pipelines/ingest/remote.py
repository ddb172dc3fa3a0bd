"""Sources that lie elsewhere: how long they may take, and a copy of their files at hand."""

import contextvars
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from fsspec.implementations.local import LocalFileSystem

from core.errors import MdlError, TransientError
from core.tracing import span
from pipelines.ingest.landing import SourceFile, is_local_filesystem

_Answer = TypeVar("_Answer")

# what must arrive within the time limit, or the sender counts as silent: at the default of a minute about 1 KB/s
_LEAST_BYTES = 64 * 1024


def within_time(
    work: Callable[[], _Answer], seconds: float, what: str, done: Callable[[], int] = lambda: 0
) -> _Answer:
    """Do `work` in a thread of its own that is left behind when nothing more comes of it.

    `done` tells how many bytes there are; with every 64 KiB the time begins anew.

    Raises:
        TransientError: it took longer.
    """
    answers: list[_Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001  raised again below, where somebody waits for it
            errors.append(error)

    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(run), name=f"reading {what}", daemon=True)
    thread.start()
    since, there = time.monotonic(), done()
    while thread.is_alive():
        thread.join(min(0.25, seconds / 4))
        if done() - there >= _LEAST_BYTES:
            since, there = time.monotonic(), done()
        if thread.is_alive() and time.monotonic() - since > seconds:
            raise TransientError(
                f"{what} did not answer, or hardly anything came, for {seconds:g} seconds (MDL_SOURCE_TIMEOUT); "
                "it is tried again at the next run"
            )
    if errors:
        raise errors[0]
    return answers[0]


class Copies:
    """Copies of remote files, one at a time: members of one archive come one after the other."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds
        self.latest: tuple[SourceFile, Path] | None = None
        self.count = 0

    def at_hand(self, found: SourceFile) -> SourceFile:
        """The same file where it can be read without waiting: itself, or a copy.

        Raises:
            TransientError: it does not come, or not fast enough.
        """
        if is_local_filesystem(found.filesystem):
            return found
        if self.latest is None or self._key(self.latest[0]) != self._key(found):
            self._forget()
            with span("source.fetch", file=found.path):
                self.latest = (found, self._copied(found))
        return replace(found, filesystem=LocalFileSystem(), location=str(self.latest[1]))

    def _copied(self, found: SourceFile) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.count += 1
        # the end of the name says how it is packed
        ending = "".join(c if c.isalnum() or c in "._-" else "_" for c in found.location)[-60:]
        copy = self.folder / f"remote-{self.count}-{ending}"
        try:
            within_time(
                lambda: found.filesystem.get_file(found.location, str(copy)),
                self.seconds,
                found.path,
                lambda: copy.stat().st_size if copy.exists() else 0,
            )
        except MdlError:
            raise
        except Exception as error:  # whatever a client library knows to raise
            raise TransientError(f"{found.path} cannot be read: {type(error).__name__}: {error}") from error
        return copy

    def _forget(self) -> None:
        if self.latest is not None:
            self.latest[1].unlink(missing_ok=True)
            self.latest = None

    @staticmethod
    def _key(found: SourceFile) -> tuple[object, ...]:
        return (id(found.filesystem), found.location, found.size, found.modified_at)
