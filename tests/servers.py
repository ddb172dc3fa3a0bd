"""PostgreSQL from a folder of programs, for tests on other versions than the wheel's."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def started(programs: Path, port: int) -> Iterator[str]:
    """URL of a new, empty server of these programs (`…/bin`), which do not run as root."""
    who = {"user": "postgres"} if os.geteuid() == 0 else {}
    # a folder that the user postgres may enter, and a short path for the socket
    data = Path(tempfile.mkdtemp(prefix="mdl-postgres-", dir="/tmp"))
    try:
        if who:
            os.chown(data, pwd.getpwnam("postgres").pw_uid, -1)
        initdb = [programs / "initdb", "-D", data, "-A", "trust", "-U", "mdl", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, capture_output=True, **who)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
        command = [programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", data / "log"]
        subprocess.run([*command, "start"], check=True, capture_output=True, **who)
        yield f"postgresql+psycopg://mdl@127.0.0.1:{port}/postgres"
        subprocess.run([*command, "-m", "immediate", "stop"], check=True, capture_output=True, **who)
    finally:
        shutil.rmtree(data)
