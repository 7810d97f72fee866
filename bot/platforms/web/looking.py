"""Whose conversation to read again, for entries that another process may have written, and what is new in it."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.core.model import Message, UserId
from bot.platforms.web.entries import StoredNote, body_of

LOOKED_AT = 60
"""Newest entries of a conversation in which another process may have written."""
READERS_IN_MEMORY = 2_000
QUIET_ROUNDS = 15
"""A conversation in which nothing moves is read only so often: what changes there is a clip that was deleted."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """The newest entries of a conversation as they were read last."""

    bodies: Mapping[int, str]
    moving: frozenset[int]
    """Those of them that are notes of jobs that have not ended."""

    @property
    def newest(self) -> int:
        return max(self.bodies, default=0)


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a conversation."""

    changed: Sequence[Message]
    gone: bool
    """Entries are no longer there."""


class Looks:
    """Remembers what open pages were shown.

    Thousands of idle pages must not be thousands of reads a second: one question tells who has new entries, and only
    notes of jobs that go on are read each time.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[UserId, _Seen] = OrderedDict()
        self._round = 0

    def knows(self, person: UserId) -> bool:
        """Whether a page of theirs was shown anything."""
        return person in self._seen

    def readers(self, listening: Collection[str]) -> list[UserId]:
        """Those of whose pages something is known, among the persons that are *listening*."""
        return [person for person in self._seen if person.id in listening]

    def due(self, readers: Sequence[UserId], newest: Mapping[UserId, int]) -> list[UserId]:
        """Whose conversation has to be read now.

        Args:
            readers: Who has an open page.
            newest: The newest entry of each conversation that has one.
        """
        self._round += 1
        return [person for person in readers if self._is_due(person, newest.get(person, 0))]

    def _is_due(self, person: UserId, newest: int) -> bool:
        seen = self._seen[person]
        its_round = hash(person) % QUIET_ROUNDS == self._round % QUIET_ROUNDS
        return bool(seen.moving) or newest != seen.newest or its_round

    def take(self, person: UserId, messages: Sequence[Message]) -> News:
        """Remember the newest entries of a conversation, oldest first, and say what is new since the last time."""
        messages = messages[-LOOKED_AT:]
        before = self._seen.pop(person, _Seen({}, frozenset()))
        changed = [message for message in messages if before.bodies.get(message.id) != message.body]
        bodies = {message.id: message.body for message in messages}
        moving = before.moving.intersection(bodies).difference(message.id for message in changed)
        self._seen[person] = _Seen(bodies, moving.union(message.id for message in changed if _moves(message)))
        if len(self._seen) > READERS_IN_MEMORY:
            self._seen.popitem(last=False)
        # Older ones may only have been pushed out by newer ones.
        oldest = messages[0].id if len(messages) == LOOKED_AT else 0
        return News(changed, gone=any(known >= oldest and known not in bodies for known in before.bodies))


def _moves(message: Message) -> bool:
    body = body_of(message)
    return isinstance(body, StoredNote) and not body.state.ended
