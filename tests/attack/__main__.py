"""`make security`: attacks a served installation over HTTP as every role; exits with 1 if anything was found.

Each attack gets a server and a database of its own, so that what one breaks does not hide what the next would find.
"""

import sys
import tempfile
import time
from pathlib import Path

import click

from core.postgres import start_embedded
from tests.attack.api import found_in_api
from tests.attack.pages import found_in_pages
from tests.attack.served import target
from tests.integration.webapi.conftest import AS_OF, CATALOG, ORDERS, publish, shop_database

_API_ROLES = (None, "viewer", "editor", "admin")
_PAGE_ROLES = ("viewer", "admin")
# what a find begins with, and why it is none
EXPLAINED = {
    "Secure Flag cookie: GET /: Secure flag is not set in the cookie : mdl": "on loopback alone, without TLS; "
    "elsewhere names begin with __Host-, which browsers take over TLS only",
}


@click.command()
@click.option("--seconds", default=90, show_default=True, help="How long each of six attacks takes at most.")
@click.option(
    "--wapiti",
    type=click.Path(exists=True, resolve_path=True, path_type=Path),
    required=True,
    help="The program.",
)
@click.option("--only", default="", help="Attacks whose name has this, such as 'pages as admin'.")
def main(seconds: int, wapiti: Path, only: str) -> None:
    """Attack, then sum up."""
    attacks = {f"API as {role or 'nobody'}": role for role in _API_ROLES}
    attacks |= {f"pages as {role}": role for role in _PAGE_ROLES}
    begun, found = time.monotonic(), dict[str, list[str]]()
    with tempfile.TemporaryDirectory(prefix="mdl-attack-") as folder:
        root = Path(folder)
        with shop_database(start_embedded(root / "server")) as shop:
            publish(root / "shop", shop, CATALOG, {AS_OF: ORDERS})
            for name, role in attacks.items():
                if only not in name:
                    continue
                with target(root, shop) as attacked:
                    if name.startswith("API"):
                        found[name] = found_in_api(attacked, role, seconds, EXPLAINED)
                    else:
                        found[name] = found_in_pages(attacked, str(role), wapiti, seconds, EXPLAINED)
                    found[name] += [f"unforeseen on the server: {error}" for error in attacked.errors()]
                click.echo(
                    f"{name}: {len(found[name]) or 'nothing'} found, {time.monotonic() - begun:,.0f} s"
                )
                for line in found[name]:
                    click.echo(f"  {line}")
    sys.exit(any(found.values()))


if __name__ == "__main__":
    main()
