import pytest

from schemas.catalog.reach import Reach, leaves_landing, private_address, resolves_to_private
from schemas.documents.documents import Source


def source(path: str | None = None, **changes: object) -> Source:
    given = {
        "source_id": "s",
        "format": "csv",
        "path": path,
        "event": "e",
        "timestamp": {"column": "at"},
        **changes,
    }
    return Source.model_validate(given)


GRANTED = Reach(urls=("https://good.example/data", "s3://bucket/in/", "http://127.0.0.1:8000/"))


@pytest.mark.parametrize(
    "path",
    [
        "sales/*.csv",
        "in/a.zip!b*.csv",
        "https://good.example/data/x.csv",
        "https://good.example:443/data",
        "HTTPS://GOOD.example/data/x.csv?day=1",
        "s3://bucket/in/2026/*.csv",
        "http://127.0.0.1:8000/x.csv",
    ],
)
def test_what_is_granted_may_be_reached(path: str) -> None:
    assert GRANTED.refuses(source(path)) is None


@pytest.mark.parametrize(
    "path",
    [
        "../x.csv",
        "a/../../x.csv",
        "/etc/passwd",
        "file:///etc/passwd",
        "local:///etc/passwd",
        "file:/etc/passwd::",
        "https://good.example.evil/data/x.csv",
        "https://good.example/database/x.csv",
        "https://good.example/data/../secret.csv",
        "https://good.example/data/%2e%2e/secret.csv",
        "https://good.example/data/%252e%252e/secret.csv",
        "https://good.example@evil.example/data/x.csv",
        "https://evil.example\\@good.example/data/x.csv",
        "https://evil.example/https://good.example/data",
        "https://good.example:8443/data/x.csv",
        "http://good.example/data/x.csv",
        "https://good.example/data\t/x.csv",
        "simplecache::https://good.example/data/x.csv",
        "zip://x.csv::https://good.example/data/x.zip",
        "s3://bucket2/in/x",
        "http://2130706433:8000/x.csv",
        "http://0177.0.0.1:8000/x.csv",
        "http://[::ffff:127.0.0.1]:8000/x.csv",
        "http://169.254.169.254/latest",
        "http://127.0.0.1:8001/",
        "webhdfs://127.0.0.1:8000/",
        "memory://x",
    ],
)
def test_what_is_not_granted_may_not(path: str) -> None:
    refused = GRANTED.refuses(source(path))
    assert refused is not None
    assert refused[0] == "path"
    assert Reach().refuses(source(path)) is not None


def test_by_default_nothing_but_the_landing_zone_is_granted() -> None:
    assert Reach().refuses(source("sales/*.csv")) is None
    assert Reach().refuses(source("https://good.example/data/x.csv")) is not None
    query = source(format="sql", connection="warehouse", query="select 1")
    assert Reach().refuses(query) == (
        "connection",
        "the connection 'warehouse' is not granted to the API; MDL_API_CONNECTIONS would grant it",
    )
    assert Reach(connections=frozenset({"warehouse"})).refuses(query) is None


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "2130706433", "0x7f.1", "0177.0.0.1", "0", "224.0.0.1"),
        *("::1", "fe80::1%eth0", "::ffff:10.0.0.1", "fd00::1", "100.64.0.1", "localhost", "x.localhost."),
    ],
)
def test_private_addresses_are_known_in_every_form(host: str) -> None:
    assert private_address(host)
    assert resolves_to_private(host)
    url = f"https://[{host}]/x" if ":" in host and "%" not in host else f"https://{host}/x"
    assert Reach(urls=("https://",)).refuses(source(url)) is not None


def test_any_public_host_can_be_granted() -> None:
    assert not private_address("93.184.215.14")
    assert not private_address("good.example")
    assert Reach(urls=("https://",)).refuses(source("https://good.example/x.csv")) is None


@pytest.mark.parametrize(
    "host",
    ["[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[::127.0.0.1]", "[::]", "[2002:7f00:1::]", "[64:ff9b:1::1]"],
)
def test_a_private_address_within_an_ipv6_address_is_private(host: str) -> None:
    assert private_address(host)


@pytest.mark.parametrize("host", ["①②⑦.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "a%2eb"])
def test_a_host_that_a_library_would_turn_into_another_is_no_plain_url(host: str) -> None:
    assert Reach(urls=("https://",))._refused_url(f"https://{host}/x.csv") is not None


@pytest.mark.parametrize("path", ["%2e%2e/x.csv", "a/%2E./x.csv", "%252e%252e/x.csv", "..%2fx.csv"])
def test_an_encoded_step_upwards_leaves_the_landing_root(path: str) -> None:
    assert leaves_landing(path)
