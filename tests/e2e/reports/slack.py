"""Slack on loopback: a proxy that answers as hooks.slack.com, for a process that is told to go through it."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "hooks.slack.com"
CHANNEL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"


class Slack:
    """What came, and the settings of a process that is to find it here."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.got: list[Any] = []
        self.environment = {
            "HTTPS_PROXY": f"http://127.0.0.1:{port}",
            "NO_PROXY": "127.0.0.1,localhost",
            "REQUESTS_CA_BUNDLE": str(certificate),
        }


@contextmanager
def slack_at(folder: Path) -> Iterator[Slack]:
    """Slack, while the block runs; its certificate lies in the folder."""
    certificate, context = _identity(folder), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            assert self.path == f"{HOST}:443"
            self.send_response(200)
            self.end_headers()
            with context.wrap_socket(self.connection, server_side=True) as inner:
                outer = self.rfile, self.wfile
                self.rfile, self.wfile = inner.makefile("rb"), inner.makefile("wb", 0)
                with self.rfile, self.wfile:
                    self.handle_one_request()
                self.rfile, self.wfile = outer

        def do_POST(self) -> None:
            slack.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    slack = Slack(server.server_address[1], certificate)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    yield slack
    server.shutdown()
    server.server_close()


def _identity(folder: Path) -> Path:
    """A key and a certificate of that host, signed by itself, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "slack.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
