"""What a note looks like on Telegram: HTML in which nobody is ever called by a name in somebody's prompt."""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from telegram import MessageEntity
from telegram.constants import MessageEntityDateTimeFormats as Formats

from bot.core.model import Note, State
from bot.core.texts import MOMENT

TEXT_MOST = 4000
"""Characters; Telegram takes 4096, counted after the HTML is read (Bot API, sendMessage)."""
PROMPT_SHOWN = 300
BAR = 10
"""Squares of a progress bar."""


def quiet(text: str) -> str:
    """The same to a reader; to Telegram no mention, which would call whoever has that name."""
    return text.replace("@", "@\u2060")


def note_text(note: Note) -> str:
    """A note as a message of its own."""
    parts = [f"<b>{escape(quiet(note.headline))}</b>"]
    if note.percent is not None and note.state is State.RENDERING:
        parts.append(bar(note.percent))
    return "\n".join([*parts, *_rest(note)])


def clip_caption(note: Note) -> str:
    """What stands under a clip: the wish, what it was made of, the receipt."""
    return "\n".join(_rest(note))


def bar(percent: float) -> str:
    """How far a video is, as ten squares."""
    full = min(BAR, int(percent / 100 * BAR))
    return f"{'▰' * full}{'▱' * (BAR - full)} {percent:.0f} %"


def calling(headline: str, asker: int, chat: int) -> str:
    """A short message that rings for the asker alone; in a private chat nobody else is there."""
    words = escape(quiet(headline))
    return words if chat > 0 else f'<a href="tg://user?id={asker}">{words}</a>'


def blank_picture() -> bytes:
    """A plain grey PNG, which takes the place of a clip that is too old to be deleted."""
    side, grey = 64, b"\0" + b"\xcc" * 64
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(grey * side)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def code(text: str) -> str:
    """Text that is copied by a tap; nothing in it becomes a mention or a command."""
    return f"<code>{escape(text)}</code>"


def fingerprint(text: str, buttons: tuple[str, ...]) -> str:
    """Tells two drawings apart."""
    return hashlib.sha256("\0".join((text, *buttons)).encode()).hexdigest()[:16]


def pages(text: str) -> list[str]:
    """A long answer in messages of at most `TEXT_MOST` characters, cut between lines, or else words."""
    rest, cut = quiet(text), []
    while len(rest) > TEXT_MOST:
        breaks = (rest.rfind(sign, 1, TEXT_MOST) for sign in "\n ")
        at = next((found for found in breaks if found > 0), TEXT_MOST)
        cut.append(rest[:at])
        rest = rest[at:].lstrip("\n ")
    return [*cut, rest] if rest else cut


_MOMENT = re.compile(r"(?P<moment>\d{4}-\d\d-\d\d \d\d:\d\d UTC)(?: \((?P<wait>[^()\n]{1,40})\))?")


def moments(text: str) -> list[MessageEntity] | None:
    """Where a text names moments, which Telegram then shows by each reader's own clock; None if it names none.

    Apps that do not know how show the text (Bot API, MessageEntity, "date_time").
    """
    return [entity for found in _MOMENT.finditer(text) for entity in _entities(text, found)] or None


def _entities(text: str, found: re.Match[str]) -> Iterator[MessageEntity]:
    try:
        moment = datetime.strptime(found["moment"], MOMENT).replace(tzinfo=UTC)
    except ValueError:
        # Somebody's own words, which only look like a moment.
        return
    for part, shape in (("moment", Formats.SHORT_DATE_SHORT_TIME), ("wait", Formats.RELATIVE)):
        if found[part] is not None:
            yield MessageEntity(
                MessageEntity.DATE_TIME,
                offset=_units(text[: found.start(part)]),
                length=_units(found[part]),
                unix_time=moment,
                date_time_format=shape,
            )


def _units(text: str) -> int:
    """Telegram counts in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _rest(note: Note) -> list[str]:
    """The prompt as a quotation, and the details: far below every limit, for both are cut."""
    flat = " ".join(note.prompt.split())
    shown = flat if len(flat) <= PROMPT_SHOWN else f"{flat[: PROMPT_SHOWN - 1]}…"
    quoted = [f"<blockquote>{escape(quiet(shown))}</blockquote>"] if shown else []
    return [*quoted, *(escape(quiet(line[:200])) for line in note.details)]
