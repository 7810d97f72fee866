"""What a person's conversation shows: stored where it must last, live on every open page."""

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakValueDictionary

from bot.core.model import Clip, JobId, Message, Note, Reply, State, UserId
from bot.core.ports import Messages
from bot.platforms.web.entries import (
    REPLY,
    SAID,
    Answer,
    ClipLink,
    Said,
    StoredClip,
    StoredNote,
    body_of,
    drawn,
    job_of,
    keeps_clip,
    topic,
)
from bot.platforms.web.streams import REFRESH, Streams

HISTORY_MOST = 300
ANSWERS_SEARCHED = 60
CLIPS_SEARCHED = 1_000
NOTES_IN_MEMORY = 20_000
_BEFORE_ANY_CLIP = frozenset({State.ASKING, State.QUEUED, State.SUBMITTING})

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A note as it was shown last; only its state and buttons are sure to be stored."""

    message: Message
    body: StoredNote
    moment: int


class Board:
    """Everybody's conversation.

    Args:
        messages: Where entries are stored.
        streams: The open pages.
        clip_link: Makes links to clips whenever an entry is drawn.
    """

    def __init__(self, *, messages: Messages, streams: Streams, clip_link: ClipLink) -> None:
        self._messages = messages
        self._streams = streams
        self._clip_link = clip_link
        self._shown: OrderedDict[JobId, _Shown] = OrderedDict()
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()
        self._moment = 0

    @property
    def moment(self) -> int:
        """Grows with every note that is shown."""
        return self._moment

    async def history(self, person: UserId) -> list[Entry]:
        """The newest entries, oldest first, with the progress that was never stored."""
        return [self._drawn(message) for message in await self._messages.recent(person, HISTORY_MOST)]

    async def add_said(self, person: UserId, said: Said) -> Message | None:
        """Store and show what the person said; None if it was there already."""
        message = await self._messages.add(person, SAID, said.model_dump_json(), key=f"said:{said.key}")
        if message is not None:
            self._publish(person, message.id, self._drawn(message))
        return message

    async def add_reply(self, person: UserId, key: str, reply: Reply) -> Entry | None:
        """Store and show our answer; None if it was there already."""
        answer = Answer.of(reply, key)
        message = await self._messages.add(person, REPLY, answer.model_dump_json(), key=f"reply:{key}")
        if message is None:
            return None
        entry = self._drawn(message)
        self._publish(person, message.id, entry)
        return entry

    async def answer_to(self, person: UserId, key: str) -> tuple[Answer, Entry] | None:
        """Our answer to an earlier arrival of the same message; None if there was none."""
        for message in reversed(await self._messages.recent(person, ANSWERS_SEARCHED)):
            body = body_of(message)
            if isinstance(body, Answer) and body.key == key:
                return body, self._drawn(message)
        return None

    async def clear_if_erased(self, person: UserId, said: Message) -> None:
        """Let every page begin anew when the conversation that *said* stood in has been erased."""
        if any(message.id == said.id for message in await self._messages.recent(person, ANSWERS_SEARCHED)):
            return
        for job in [job for job, shown in self._shown.items() if shown.message.user == person]:
            del self._shown[job]
        self._streams.publish(person.id, "refresh", REFRESH.name, REFRESH.body)

    async def draw(
        self,
        person: UserId,
        note: Note,
        *,
        clip: Clip | None = None,
        must_last: bool = False,
        not_after: int | None = None,
    ) -> str:
        """Show a job's note in its one entry; returns that entry's id.

        Args:
            person: Whose conversation.
            note: What to show.
            clip: The clip to show in it; None keeps the one that is there, if the note allows.
            must_last: Store it even if nothing but the progress is new.
            not_after: Show it only if no other note of this job was shown since this `moment`: it may be outdated.
        """
        async with self._locks.setdefault(note.job, asyncio.Lock()):
            shown = self._shown.get(note.job)
            if shown is not None and not_after is not None and shown.moment > not_after:
                return str(shown.message.id)
            body = StoredNote.of(note, await self._clip_of(person, note, clip, shown))
            if shown is None or must_last or _differs(shown.body, body):
                message = await self._messages.put_note(person, note.job, body.model_dump_json())
            else:
                # Thousands of jobs that move on by a percent each must not be thousands of writes.
                message = shown.message
            self._keep(note.job, message, body)
            self._publish(person, message.id, drawn(message, body, self._clip_link))
            return str(message.id)

    async def _clip_of(self, person: UserId, note: Note, clip: Clip | None, shown: _Shown | None) -> StoredClip | None:
        if clip is not None:
            return StoredClip.of(clip)
        if not keeps_clip(note):
            return None
        if shown is not None:
            return shown.body.clip
        if note.state in _BEFORE_ANY_CLIP:
            return None
        for message in await self._messages.recent(person, CLIPS_SEARCHED):
            body = body_of(message) if job_of(message) == note.job else None
            if isinstance(body, StoredNote):
                return body.clip
        return None

    def _keep(self, job: JobId, message: Message, body: StoredNote) -> None:
        self._moment += 1
        self._shown.pop(job, None)
        self._shown[job] = _Shown(message, body, self._moment)
        if len(self._shown) > NOTES_IN_MEMORY:
            self._shown.popitem(last=False)

    def _drawn(self, message: Message) -> Entry:
        job = job_of(message)
        shown = self._shown.get(job) if job is not None else None
        return drawn(message, shown.body if shown is not None else body_of(message), self._clip_link)

    def _publish(self, person: UserId, id: int, entry: Entry) -> None:
        self._streams.publish(person.id, topic(id), "entry", json.dumps(entry))


def _differs(stored: StoredNote, new: StoredNote) -> bool:
    return (stored.state, stored.buttons, stored.clip) != (new.state, new.buttons, new.clip)
