"""HTTP for sources of the API: they go where they say, and where that may be any host, to public addresses alone."""

import errno
import socket
from typing import Any

from schemas.catalog.reach import private_address


async def direct_session(**options: Any) -> Any:
    """A session of aiohttp, as fsspec asks for one, in which a server that sends on to another address is an error."""
    import aiohttp  # noqa: PLC0415  brought by those who read over HTTP

    async def insist_direct(response: aiohttp.ClientResponse) -> None:
        if "Location" in response.headers and 300 <= response.status < 400:
            raise OSError(
                errno.EACCES, "it sends on to another address, and sources of the API are not sent on"
            )

    return aiohttp.ClientSession(raise_for_status=insist_direct, **options)


async def public_session(**options: Any) -> Any:
    """As `direct_session`, one that looks at the very addresses it connects to.

    A name that was looked up before can lead elsewhere by the time of the connection (DNS rebinding).
    """
    import aiohttp  # noqa: PLC0415  brought by those who read over HTTP

    class PublicOnly(aiohttp.ThreadedResolver):  # type: ignore[misc]  # installed by those who read over HTTP
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[Any]:
            found = await super().resolve(host, port, family)
            if any(private_address(each["host"]) for each in found):
                raise OSError(errno.EACCES, "its name leads to a private address")
            return list(found)

    return await direct_session(connector=aiohttp.TCPConnector(resolver=PublicOnly()), **options)
