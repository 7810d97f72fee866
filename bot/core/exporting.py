"""Everything that is kept of a person as one ZIP file: a document, and the pictures and clips that are still there."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.core import answers
from bot.core.model import Account, FileName, Job, Message, UserId
from bot.core.ports import Files
from bot.core.store import LedgerRow, Messages, Store

JOBS_MOST, LINES_MOST, MESSAGES_MOST = 100_000, 1_000_000, 100_000
DOCUMENT = "reelbot.json"
"""What can be read without looking at any picture."""
OVERHEAD_BYTES = 512
"""What a file takes in an archive beside its content, at the most."""


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything that we have of a person."""

    account: Account
    jobs: Sequence[Job]
    lines: Sequence[LedgerRow]
    messages: Sequence[Message]
    files: Sequence[tuple[str, Path]]
    """Pictures and clips by their names in the archive, those of the newest videos first; some may be gone."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into an archive."""

    files: int
    left_out: tuple[str, ...]
    """Names of files that did not fit."""


async def gather(store: Store, messages: Messages, files: Files, account: Account) -> Estate:
    """Look everything up.

    Raises:
        StoreTrouble: It cannot be read.
    """
    who: UserId = account.user
    jobs = await store.jobs_of(who, JOBS_MOST)
    lines = await store.receipts(str(who), LINES_MOST)
    said = await messages.recent(who, MESSAGES_MOST)
    return Estate(account, jobs, lines, said, tuple(_files_of(jobs, files)))


def pack(estate: Estate, into: BinaryIO, most_bytes: int | None = None) -> Packed:
    """Write the archive, of at most *most_bytes*; what does not fit is named in the document. Blocks on the disk.

    Raises:
        OSError: A file cannot be read, or the archive cannot be written.
    """
    there = [(name, path) for name, path in estate.files if path.is_file()]
    names = [name for name, _ in there]
    left = (
        None if most_bytes is None else most_bytes - len(document_of(estate, names)) - OVERHEAD_BYTES * (len(names) + 2)
    )
    chosen, left_out = _fitting(there, left)
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr(DOCUMENT, document_of(estate, left_out), compress_type=zipfile.ZIP_DEFLATED)
        for name, path in chosen:
            # Pictures and clips are as small as they get.
            archive.write(path, name)
    return Packed(len(chosen), tuple(left_out))


def _fitting(there: Sequence[tuple[str, Path]], left: int | None) -> tuple[list[tuple[str, Path]], list[str]]:
    """As many as there is room for, in their order; a small one may still fit where a large one did not."""
    chosen, left_out = [], []
    for name, path in there:
        size = path.stat().st_size
        if left is None or size <= left:
            chosen.append((name, path))
            left = None if left is None else left - size
        else:
            left_out.append(name)
    return chosen, left_out


def _files_of(jobs: Sequence[Job], files: Files) -> Iterable[tuple[str, Path]]:
    pictures = dict.fromkeys(name for job in jobs for name in (job.request.first_frame, job.request.last_frame) if name)
    clips = dict.fromkeys(name for job in jobs for name in _clip_files(job))
    yield from ((f"pictures/{name}", files.picture(name)) for name in pictures)
    yield from ((f"clips/{name}", files.clip(name)) for name in clips)


def _clip_files(job: Job) -> tuple[FileName, ...]:
    return (job.clip.file,) if job.clip else ()


def document_of(estate: Estate, left_out: Sequence[str] = ()) -> bytes:
    """Everything but pictures and clips, as JSON."""
    known = json.loads(answers.export(estate.account, estate.jobs, estate.lines))
    said = [
        {
            "at": message.at.isoformat(timespec="seconds"),
            "kind": message.kind,
            "video": message.job,
            "content": json.loads(message.body),
        }
        for message in estate.messages
    ]
    document = known | {"messages": said, "files_left_out": list(left_out)}
    return json.dumps(document, indent=2, ensure_ascii=False).encode()
