"""A folder whose server is gone: who looks into it waits without end, as with a share of the network that broke off."""

import ctypes
import os
import subprocess
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)


class HungFolder:
    """A mount of FUSE that nobody answers for, until it is closed."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self._path, self._device = path, os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0".encode()
        if _LIBC.mount(b"share", str(path).encode(), b"fuse", 0, options) != 0:
            raise OSError(ctypes.get_errno(), "the hung folder could not be mounted")

    def close(self) -> None:
        """Whoever waits gets an error, and the folder is gone."""
        os.close(self._device)
        subprocess.run(["umount", "--lazy", self._path], check=True)
        self._path.rmdir()
