"""What a person's conversation shows: stored where it must last, live on every open page."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.core.model import Button, Clip, JobId, Message, Note, Reply, State, UserId
from bot.core.store import Messages
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
from bot.platforms.web.looking import LOOKED_AT, Looks
from bot.platforms.web.streams import REFRESH, Streams

HISTORY_MOST = 300
ANSWERS_SEARCHED = 60
CLIPS_SEARCHED = 1_000
NOTES_IN_MEMORY = 20_000
_MAY_SHOW_A_CLIP = frozenset({State.DELIVERING, State.DELIVERED, State.UNDELIVERED})
"""A job in any other state has never posted one, so that nothing has to be looked for."""

Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Lasting:
    """What of a note is sure to be stored."""

    state: State
    buttons: tuple[Button, ...]
    clip: StoredClip | None
    tens: int | None
    """Of percent; of interest only to other processes."""


@dataclass(frozen=True, slots=True)
class _Live:
    """A note with the progress that is not stored."""

    message: Message
    body: StoredNote


@dataclass(frozen=True, slots=True)
class _Shown:
    """A note as it was shown last."""

    id: int
    """Of its entry."""
    person: UserId
    lasting: _Lasting
    live: _Live | None
    """None while its person has no page: of thousands of notes only what tells whether they have to be stored."""
    moment: int


class Board:
    """Everybody's conversation.

    Args:
        messages: Where entries are stored.
        streams: The open pages.
        clip_link: Makes links to clips whenever an entry is drawn.
        shared: Whether other processes write and show these conversations too.
    """

    def __init__(self, *, messages: Messages, streams: Streams, clip_link: ClipLink, shared: bool = False) -> None:
        self._messages = messages
        self._streams = streams
        self._clip_link = clip_link
        self._shared = shared
        self._looks = Looks()
        self._shown: OrderedDict[JobId, _Shown] = OrderedDict()
        self._locks: WeakValueDictionary[JobId, asyncio.Lock] = WeakValueDictionary()
        self._moment = 0

    @property
    def shared(self) -> bool:
        """Whether other processes write and show these conversations too."""
        return self._shared

    @property
    def moment(self) -> int:
        """Grows with every note that is shown."""
        return self._moment

    async def history(self, person: UserId) -> list[Entry]:
        """The newest entries, oldest first, with the progress that was never stored."""
        messages = await self._messages.recent(person, HISTORY_MOST)
        if self._shared:
            self._take_in(person, messages)
        return [self._drawn(message) for message in messages]

    async def catch_up(self) -> None:
        """Show on the open pages what other processes have written since the last look.

        Raises:
            StoreTrouble: It cannot be read now.
        """
        readers = self._looks.readers(self._streams.listening())
        if not readers:
            return
        for person in self._looks.due(readers, await self._messages.newest(readers)):
            self._take_in(person, await self._messages.recent(person, LOOKED_AT))

    def _take_in(self, person: UserId, messages: Sequence[Message]) -> None:
        """Show what is new to every open page: one that has just read it is not the only one."""
        known = self._looks.knows(person)
        news = self._looks.take(person, messages)
        if not known:
            return
        if news.gone:
            self._streams.publish(person.id, "refresh", REFRESH.name, REFRESH.body)
        for message in news.changed:
            self._publish(person, message)

    async def add_said(self, person: UserId, said: Said) -> Message | None:
        """Store and show what the person said; None if it was there already."""
        message = await self._messages.add(person, SAID, said.model_dump_json(), key=f"said:{said.key}")
        if message is not None:
            self._publish(person, message)
        return message

    async def add_reply(self, person: UserId, key: str, reply: Reply) -> Entry | None:
        """Store and show our answer; None if it was there already."""
        answer = Answer.of(reply, key)
        message = await self._messages.add(person, REPLY, answer.model_dump_json(), key=f"reply:{key}")
        if message is None:
            return None
        self._publish(person, message)
        return self._drawn(message)

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
        for job in [job for job, shown in self._shown.items() if shown.person == person]:
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
                return str(shown.id)
            lasting = self._lasting(note, await self._clip_of(person, note, clip, shown))
            # Thousands of jobs that move on by a percent each must not be thousands of writes.
            stored = shown if shown is not None and shown.lasting == lasting and not must_last else None
            if stored is not None and not self._streams.listens(person.id):
                return self._keep(note.job, replace(stored, live=None))
            body = StoredNote.of(note, lasting.clip)
            if stored is not None and stored.live is not None:
                message = stored.live.message
            else:
                # A process that was stopped and has lost the job must not write over what is shown by now.
                while_in = note.state if clip is None else None
                written = body.model_dump_json()
                message = await self._messages.put_note(person, note.job, written, while_in=while_in)
                if message.body != written:
                    self._shown.pop(note.job, None)
                    return str(message.id)
            keeps = self._streams.listens(person.id) and not self._shared
            live = _Live(message, body) if keeps else None
            self._keep(note.job, _Shown(message.id, person, lasting, live, moment=0))
            self._publish(person, message)
            return str(message.id)

    def _lasting(self, note: Note, clip: StoredClip | None) -> _Lasting:
        tens = None if note.percent is None or not self._shared else int(note.percent // 10)
        return _Lasting(note.state, note.buttons, clip, tens)

    async def _clip_of(self, person: UserId, note: Note, clip: Clip | None, shown: _Shown | None) -> StoredClip | None:
        if clip is not None:
            return StoredClip.of(clip)
        if not keeps_clip(note):
            return None
        if shown is not None:
            return shown.lasting.clip
        if note.state not in _MAY_SHOW_A_CLIP:
            return None
        for message in await self._messages.recent(person, CLIPS_SEARCHED):
            body = body_of(message) if job_of(message) == note.job else None
            if isinstance(body, StoredNote):
                return body.clip
        return None

    def _keep(self, job: JobId, shown: _Shown) -> str:
        self._moment += 1
        self._shown.pop(job, None)
        self._shown[job] = replace(shown, moment=self._moment)
        if len(self._shown) > NOTES_IN_MEMORY:
            self._shown.popitem(last=False)
        return str(shown.id)

    def _drawn(self, message: Message) -> Entry:
        job = job_of(message)
        shown = self._shown.get(job) if job is not None else None
        live = shown.live if shown is not None else None
        return drawn(message, live.body if live is not None else body_of(message), self._clip_link)

    def _publish(self, person: UserId, message: Message) -> None:
        if self._streams.listens(person.id):
            self._streams.publish(person.id, topic(message.id), "entry", json.dumps(self._drawn(message)))
