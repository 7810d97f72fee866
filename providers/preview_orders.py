"""The preview's order book: one folder an order, each there wholly or not at all, oldest first."""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from providers.contract import Done, Failed, FailReason, Order, Picture

KEEP_SECONDS = 86_400.0
"""How long an order stays after its ending."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ORDER, _FILM, _FAILED, _PROGRESS = "order.json", "film.mp4", "failed.txt", "progress.txt"


class Orders:
    """Blocking work on files: every method is called in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, order: Order) -> None:
        """Write an order down, durably, unless it stands there already."""
        if self.has(order.reference):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        new = Path(mkdtemp(prefix=".new-", dir=self._folder))
        try:
            _write(new, order)
            new.rename(self._folder / order.reference)
        except OSError:
            # Placed twice at the same moment: the first one stands.
            if not self.has(order.reference):
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
        _sync(self._folder)

    def has(self, reference: str) -> bool:
        """Whether the order was accepted, and is not cancelled or forgotten."""
        return can_be_named(reference) and (self._folder / reference / _ORDER).exists()

    def ending(self, reference: str) -> Done | Failed | None:
        """How the order ended; None while it has to be made."""
        if not self.has(reference):
            return Failed(FailReason.PROVIDER, "no such order")
        order = self._folder / reference
        if (order / _FILM).exists():
            return Done((order / _FILM).absolute().as_uri())
        with suppress(FileNotFoundError):
            return Failed(FailReason.PROVIDER, (order / _FAILED).read_text())
        return None

    def waiting(self) -> list[str]:
        """References of all orders that have to be made, oldest first."""
        return [name for _, name in sorted(self._each()) if self.ending(name) is None]

    def read(self, reference: str) -> dict[str, object] | None:
        """The order as the child program takes it; None if it is not there any more."""
        folder = self._folder.absolute() / reference
        try:
            order = json.loads((folder / _ORDER).read_text())
        except FileNotFoundError:
            return None
        pictures = {which: str(folder / order[which]) if order[which] else None for which in ("first", "last")}
        return {**order, **pictures, "film": str(folder / _FILM), "progress": str(folder / _PROGRESS)}

    def percent(self, reference: str) -> float:
        """How far the child says it is, from 0 to 100."""
        try:
            return float((self._folder / reference / _PROGRESS).read_text())
        except FileNotFoundError:
            return 0.0

    def fail(self, reference: str, detail: str) -> None:
        """Note that an order will never be made, unless it is gone."""
        ending = self._folder / reference / _FAILED
        part = ending.with_suffix(".part")
        with suppress(FileNotFoundError):
            part.write_text(detail)
            part.replace(ending)

    def withdraw(self, reference: str) -> bool:
        """Forget an order that is not finished. False if it is, or was never there."""
        if self.ending(reference) is not None:
            return False
        self._forget(reference)
        return True

    def open_film(self, url: str) -> BinaryIO:
        """Open a finished clip by its address.

        Raises:
            FileNotFoundError: It is not here, or no clip of ours.
        """
        path = Path(url2pathname(urlsplit(url).path)).resolve()
        if path.name != _FILM or path.parent.parent != self._folder.resolve():
            raise FileNotFoundError("not a clip of this provider")
        return path.open("rb")

    def clean(self) -> None:
        """Forget orders that ended long ago, and what an interrupted process left half-written."""
        before = time.time() - KEEP_SECONDS
        for _, name in list(self._each()):
            for sign in (_FILM, _FAILED):
                with suppress(FileNotFoundError):
                    if (self._folder / name / sign).stat().st_mtime < before:
                        self._forget(name)
        for remains in self._folder.glob(".*"):
            with suppress(FileNotFoundError):
                if remains.stat().st_mtime < before:
                    shutil.rmtree(remains, ignore_errors=True)

    def _each(self) -> Iterator[tuple[int, str]]:
        """When each order was placed, and its reference."""
        for order in self._folder.glob(f"[!.]*/{_ORDER}"):
            with suppress(FileNotFoundError):
                yield order.stat().st_mtime_ns, order.parent.name

    def _forget(self, reference: str) -> None:
        # Renamed first: nobody ever sees an order that is only half there.
        gone = self._folder / f".gone-{reference}-{time.time_ns()}"
        with suppress(FileNotFoundError):
            (self._folder / reference).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def can_be_named(reference: str) -> bool:
    """Whether a folder may have this name: a ticket comes from a database and may say anything."""
    return _NAME.fullmatch(reference) is not None


def _write(folder: Path, order: Order) -> None:
    first = _copied(order.first_frame, folder / "first")
    last = _copied(order.last_frame, folder / "last")
    words = {"prompt": order.prompt, "seconds": order.seconds, "resolution": order.resolution}
    with (folder / _ORDER).open("w") as file:
        json.dump({**words, "first": first, "last": last}, file)
        file.flush()
        os.fsync(file.fileno())
    _sync(folder)


def _copied(picture: Picture | None, path: Path) -> str | None:
    """Copy a frame: the caller may delete its own at any time."""
    if picture is None:
        return None
    path = path.with_suffix(".png" if picture.media_type == "image/png" else ".jpg")
    shutil.copyfile(picture.path, path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.name


def _sync(folder: Path) -> None:
    """Make new names in a folder outlast a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
