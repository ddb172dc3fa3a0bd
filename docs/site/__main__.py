"""Builds the manual, a static site that searches itself: `make docs`. Every warning and dead link fails."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docs.site.finish import finish
from docs.site.gather import gather
from docs.site.links import dead_links

# package data, from where the API serves it
MANUAL = Path(__file__).parents[2] / "webapi" / "manual"


def build(into: Path) -> None:
    """Build the site in place of what stands in a folder.

    Raises:
        SystemExit: a warning or a dead link; nothing is replaced.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        configuration = gather(folder)
        done = subprocess.run(  # noqa: S603  our own interpreter, on a file that we wrote
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", configuration],
            # says nothing of other programs than the one that is asked to build
            env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
            check=False,
        )
        if done.returncode:
            raise SystemExit("the manual has warnings")
        site = folder / "site"
        finish(site)
        if dead := dead_links(site):
            raise SystemExit("\n".join(["the manual has dead links:", *dead]))
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(site, into)


def main() -> None:
    """Build it for the API to serve, or into another folder."""
    parser = argparse.ArgumentParser(prog="python -m docs.site", description=__doc__)
    parser.add_argument("--into", type=Path, default=MANUAL, help="the folder that is replaced")
    into: Path = parser.parse_args().into
    build(into)
    files = [each for each in into.rglob("*") if each.is_file()]
    size = sum(each.stat().st_size for each in files) / 1024**2
    print(f"the manual: {len(files)} files, {size:.1f} MiB in {into}; `mdl serve` shows it at /docs/")


if __name__ == "__main__":
    main()
