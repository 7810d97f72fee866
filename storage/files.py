"""Pictures and clips on disk: moved in whole and made durable, or not there at all."""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bot.core.model import FileName
from bot.core.ports import TooLarge
from bot.core.watchman import Room

PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
OURS = re.compile(r"[0-9a-z]{10}\.[0-9a-z]{3,4}")
"""A name that we gave; what else lies in a folder is somebody else's."""
WRITE_AT_ONCE = 262_144
"""Bytes gathered before a hop to the thread that writes them: of twenty clips that come at once, each has so much."""


class BadName(ValueError):
    """Not a plain file name: it could leave its folder."""


class DiskFiles:
    """Implements `Files` in one folder of one disk, so that a move is one step.

    Args:
        root: Holds `images`, `clips` and `scratch`, each made when it is needed first.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._images = root / "images"
        self._clips = root / "clips"
        self._scratch = root / "scratch"

    async def room(self) -> Room:
        """How full the disk is.

        Raises:
            OSError: That cannot be found out: the folder is not there, for example.
        """
        usage = await asyncio.to_thread(shutil.disk_usage, self._root)
        return Room(usage.free, usage.total)

    async def empty_scratch(self, *, before: datetime | None = None) -> None:
        """Delete what processes that are gone left behind.

        Args:
            before: Leave what is younger to the other processes of this folder; None is for its only one.
        """
        if before is None:
            await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)
        else:
            await asyncio.to_thread(_empty, self._scratch, before)

    def picture(self, name: FileName) -> Path:
        """Where the picture is, or would be.

        Raises:
            BadName: Not a plain name.
        """
        return self._images / _plain(name)

    def clip(self, name: FileName) -> Path:
        """Where the clip or thumbnail is, or would be.

        Raises:
            BadName: Not a plain name.
        """
        return self._clips / _plain(name)

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """A folder that is gone when the block ends."""
        return _folder_below(self._scratch)

    async def keep_picture(self, source: Path, name: FileName) -> None:
        """Move a checked picture in; durable when it returns."""
        await asyncio.to_thread(_keep, source, self.picture(name))

    async def keep_clip(self, source: Path, name: FileName) -> None:
        """Move a checked clip or thumbnail in; durable when it returns."""
        await asyncio.to_thread(_keep, source, self.clip(name))

    async def receive(self, stream: AsyncIterator[bytes], into: Path, most_bytes: int) -> int:
        """Write a stream to *into*, which appears only when it is whole; returns its size in bytes.

        Raises:
            TooLarge: The stream is longer than *most_bytes*.
        """
        part = into.with_name(into.name + ".part")
        file = await asyncio.to_thread(part.open, "wb")
        try:
            size = await _write_all(stream, file, most_bytes)
        except BaseException:
            await asyncio.to_thread(_drop, file, part)
            raise
        await asyncio.to_thread(_finish, file, part, into)
        return size

    async def kept_before(self, moment: datetime) -> tuple[list[FileName], list[FileName]]:
        """Names of images and clips (thumbnails included) that were moved in before *moment*."""
        return await asyncio.to_thread(lambda: (_older(self._images, moment), _older(self._clips, moment)))

    async def remove_pictures(self, names: Sequence[FileName]) -> None:
        """Delete pictures; one that is gone already is fine."""
        await asyncio.to_thread(_remove, [self.picture(name) for name in names])

    async def remove_clips(self, names: Sequence[FileName]) -> None:
        """Delete clips and thumbnails; one that is gone already is fine."""
        await asyncio.to_thread(_remove, [self.clip(name) for name in names])


def _plain(name: FileName) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise BadName(repr(name))
    return name


@asynccontextmanager
async def _folder_below(parent: Path) -> AsyncGenerator[Path]:
    folder = await asyncio.to_thread(_make_below, parent)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _make_below(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=parent))


async def _write_all(stream: AsyncIterator[bytes], file: BinaryIO, most_bytes: int) -> int:
    size = 0
    gathered: list[bytes] = []
    gathered_bytes = 0
    async for chunk in stream:
        size += len(chunk)
        if size > most_bytes:
            raise TooLarge(most_bytes)
        gathered.append(chunk)
        gathered_bytes += len(chunk)
        if gathered_bytes >= WRITE_AT_ONCE:
            await asyncio.to_thread(file.writelines, gathered)
            gathered, gathered_bytes = [], 0
    await asyncio.to_thread(file.writelines, gathered)
    return size


def _finish(file: BinaryIO, part: Path, into: Path) -> None:
    file.close()
    part.replace(into)


def _drop(file: BinaryIO, part: Path) -> None:
    file.close()
    part.unlink(missing_ok=True)


def _keep(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # The order makes it durable: first the bytes, then the name, then the folder that holds the name.
    with source.open("rb+") as file:
        os.fsync(file.fileno())
    source.replace(target)
    if sys.platform != "win32":
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _older(folder: Path, moment: datetime) -> list[FileName]:
    if not folder.is_dir():
        return []
    ours = (path for path in folder.iterdir() if OURS.fullmatch(path.name))
    return sorted(FileName(path.name) for path in ours if path.stat().st_mtime < moment.timestamp())


def _empty(folder: Path, before: datetime) -> None:
    if not folder.is_dir():
        return
    for left in folder.iterdir():
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < before.timestamp():
                shutil.rmtree(left, ignore_errors=True)


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
