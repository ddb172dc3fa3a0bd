"""The address that `mdl serve` listens on."""

import socket

import pytest

from core.errors import ConfigurationError
from webapi.serving import insist_free


def test_a_port_that_others_listen_on_is_refused_even_where_they_would_share_it() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 cannot be listened on"):
            insist_free("127.0.0.1", port)
    insist_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="cannot be listened on"):
        insist_free("192.0.2.1", 8000)
