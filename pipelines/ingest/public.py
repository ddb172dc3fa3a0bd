"""HTTP for sources of the API that may name any host: connections to public addresses alone."""

import errno
import socket
from typing import Any

from schemas.catalog.reach import private_address


async def public_session(**options: Any) -> Any:
    """A session of aiohttp, as fsspec asks for one, that looks at the very addresses it connects to.

    A name that was looked up before can lead elsewhere by the time of the connection (DNS rebinding).
    """
    import aiohttp  # noqa: PLC0415  brought by those who read over HTTP

    class PublicOnly(aiohttp.ThreadedResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[Any]:
            found = await super().resolve(host, port, family)
            if any(private_address(each["host"]) for each in found):
                raise OSError(errno.EACCES, "its name leads to a private address")
            return list(found)

    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=PublicOnly()), **options)
