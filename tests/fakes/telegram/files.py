"""What lies on Telegram's servers: every file has an id for this bot, a unique id, and a path to download it by."""

import hashlib
import itertools
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.refusals import bad_request

MOST_DOWNLOAD = 20 * 1024 * 1024
"""Bytes that `getFile` serves from the cloud."""
_PREFIXES = {"photo": "AgACAgIAAxkBAAI", "thumbnail": "AAMCAgADGQEAA", "sticker": "CAACAgIAAxkBAAI"}


@dataclass(frozen=True, eq=False)
class StoredFile:
    """One file as the servers keep it."""

    id: str
    unique_id: str
    kind: str
    """`photo`, `video`, `animation`, `document`, `sticker`, `voice`, `thumbnail`."""
    path: str
    content: bytes
    size: int
    """What Telegram says; a test may claim more than the content has."""
    name: str
    mime: str

    def to_json(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """Every file that was ever uploaded, by a person or by the bot."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)
        self.lost_paths: set[str] = set()
        """Download paths that have run out (they are good for an hour at least)."""

    def keep(self, content: bytes, *, kind: str, name: str, mime: str, size: int | None = None) -> StoredFile:
        number = next(self._numbers)
        digest = hashlib.sha256(content).hexdigest()
        file = StoredFile(
            # As long as real ones: too long for the 64 bytes of a button.
            id=f"{_PREFIXES.get(kind, 'BAACAgIAAxkBAAI')}{number:06d}{digest[:40]}-_AAgIAAzYE",
            unique_id=f"AgAD{digest[:11]}",
            kind=kind,
            path=f"{kind}s/file_{number}.{name.rpartition('.')[2]}",
            content=content,
            size=len(content) if size is None else size,
            name=name,
            mime=mime,
        )
        self._by_id[file.id] = self._by_path[file.path] = file
        return file

    def by_id(self, id: str) -> StoredFile:
        if id not in self._by_id:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._by_id[id]

    def by_path(self, path: str) -> StoredFile | None:
        return None if path in self.lost_paths else self._by_path.get(path)
