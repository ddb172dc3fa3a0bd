"""What a source may reach: files below the landing root, and of sources that came over the API what settings grant.

The operator's own files may name any URL and any connection; a source is theirs as long as what it reaches stands so
in the newest file that brought it, whatever the API changed besides.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from core.settings import Settings
from schemas.documents.documents import Source

_ON_THIS_MACHINE: Final = ("file", "local")
_ODD = re.compile(r"[\x00-\x20\x7f\\]")
# a host that every library reads alike: what is encoded or of other alphabets is turned into another one later
_HOST = re.compile(r"[a-z0-9._:-]*")
_NAT64: Final = tuple(ipaddress.IPv6Network(net) for net in ("::/96", "64:ff9b::/96", "64:ff9b:1::/96"))
_PORTS: Final = {"http": 80, "https": 443, "ftp": 21, "sftp": 22}


@dataclass(frozen=True)
class Reach:
    """What sources that came over the API may reach besides the landing zone; by default nothing."""

    urls: tuple[str, ...] = ()
    connections: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> "Reach":
        """What MDL_SOURCE_URLS and MDL_API_CONNECTIONS grant."""
        return cls(tuple(settings.granted_urls), settings.granted_connections)

    def refuses(self, source: Source) -> tuple[str, str] | None:
        """Field and reason of what a source that came over the API may not reach."""
        if source.format == "sql":
            if source.connection in self.connections:
                return None
            name = str(source.connection)[:200]
            message = f"the connection {name!r} is not granted to the API; MDL_API_CONNECTIONS would grant it"
            return "connection", message
        path = source.path or ""
        reason = self._refused_url(path) if is_url(path) else leaves_landing(path)
        return ("path", reason) if reason else None

    def _refused_url(self, url: str) -> str | None:
        asked = _split(url)
        if asked is None:
            return (
                "this is no plain URL: no chains, signs of control, backslashes, `..` or names and passwords"
            )
        if asked.scheme in _ON_THIS_MACHINE:
            return "files of this machine are named by a path below the landing root"
        granted = [prefix for prefix in self.urls if _is_below(asked, prefix)]
        if not granted:
            return "this URL is not granted to sources of the API; the operator grants it in MDL_SOURCE_URLS"
        is_named = any(urlsplit(prefix).hostname for prefix in granted)
        if not is_named and private_address(asked.hostname or ""):
            return "the address is private; the operator grants such a host by its name in MDL_SOURCE_URLS"
        return None

    def names_host_of(self, url: str) -> bool:
        """Whether MDL_SOURCE_URLS names the host of a URL, so that its address may be private."""
        asked = _split(url)
        return asked is not None and any(
            _is_below(asked, prefix) and urlsplit(prefix).hostname for prefix in self.urls
        )


def is_url(path: str) -> bool:
    """Whether a source's path is a URL, or would be read as one."""
    return "://" in path or "::" in path


def leaves_landing(path: str) -> str | None:
    """Why a path does not stay below the landing root."""
    inner = path.partition("!")[0] if "[" not in path else path
    if "\0" in path:
        return "a path has no null characters"
    if path.startswith("/"):
        return "the path is absolute; write it relative to the landing root"
    # where the landing root is a URL, `%2e%2e` is the same
    if any(".." in name.split("/") for name in (inner, unquote(unquote(inner)))):
        return "the path leads out of the landing root by `..`"
    return None


def private_address(host: str) -> bool:
    """Whether a host is written as an address that is not public, in whatever form; names are not looked up."""
    try:
        address: Any = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(host))  # 2130706433, 0x7f.1 and 0177.0.0.1 too
        except (OSError, ValueError):
            return host.lower().rstrip(".").endswith("localhost")
    address = _within_ipv6(address) or address
    return not address.is_global or address.is_multicast


def _within_ipv6(address: Any) -> Any:
    """The IPv4 address that an IPv6 address leads on to; None where it is one of its own."""
    if address.version == 4 or int(address) <= 1:  # `::` and `::1` are addresses of this machine
        return None
    if any(address in net for net in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def resolves_to_private(host: str) -> bool:
    """Whether a host is, or its name leads to, an address that is not public."""
    if private_address(host):
        return True
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return any(private_address(str(address[0])) for *_, address in found)


def _split(url: str) -> SplitResult | None:
    """The parts of a plain URL; None for one whose reading is a matter of taste."""
    if "::" in url.replace("[::", "[") or _ODD.search(url):
        return None
    try:
        asked = urlsplit(url)
        _ = asked.port
    except ValueError:
        return None
    path = unquote(unquote(asked.path))
    if not _HOST.fullmatch(asked.hostname or ""):
        return None
    if "@" in asked.netloc or ".." in path.split("/") or _ODD.search(path.replace(" ", "")):
        return None
    return asked


def _is_below(asked: SplitResult, prefix: str) -> bool:
    granted = urlsplit(prefix)
    if asked.scheme != granted.scheme:
        return False
    if granted.netloc and (asked.hostname, _port(asked)) != (granted.hostname, _port(granted)):
        return False
    folder = granted.path.rstrip("/")
    return asked.path == folder or asked.path.startswith(f"{folder}/")


def _port(url: SplitResult) -> int | None:
    return url.port or _PORTS.get(url.scheme)
