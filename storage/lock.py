"""Keeps a second process from carrying the jobs of one data folder; the system lets go even of a killed holder's."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "reelbot.lock"


class AlreadyRunning(Exception):
    """Another process holds the folder.

    Args:
        folder: The data folder.
        pid: The other process, as it wrote itself into the lock file; empty in the moment before it has.
    """

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(f"another reelbot (process {pid or 'unknown'}) is already running on {folder}")
        self.folder = folder
        self.pid = pid


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold *folder*, which exists, until the block or the process ends. A moment's work, even on the event loop.

    The file stays behind: deleting it would let a third process lock a new one while a second still waits on the old.

    Raises:
        AlreadyRunning: Somebody else holds it.
    """
    with (folder / NAME).open("a+b", buffering=0) as file:
        if not locked(file.fileno()):
            file.seek(0)
            raise AlreadyRunning(folder, file.read(32).decode().strip())
        file.truncate(0)
        file.write(f"{os.getpid()}\n".encode())
        yield


if sys.platform == "win32":
    import msvcrt

    FAR_AWAY = 1 << 30
    """A locked byte cannot be read there, so lock one that the number is not in."""

    def locked(descriptor: int) -> bool:
        """Lock an open file for this process, unless another one has; closing it lets go."""
        os.lseek(descriptor, FAR_AWAY, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def locked(descriptor: int) -> bool:
        """Lock an open file for this process, unless another one has; closing it lets go."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
