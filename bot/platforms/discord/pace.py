"""How often a note may be edited: rarely, only for something new, and ever more rarely in an old message."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.model import ButtonAction, JobId, Note, State
from bot.core.ports import Clock

EDIT_EVERY = timedelta(seconds=5)
"""Least pause between two edits that only show progress."""
OLD_AFTER = timedelta(minutes=55)
OLD_EVERY = timedelta(minutes=10)
"""Edits of messages older than an hour have a low limit of their own (Discord, code 30046)."""
REMEMBERED = 20_000
"""Jobs whose last edit is known; an edit too many of a forgotten one does no harm."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    first: datetime
    last: datetime
    state: State
    look: tuple[object, ...]


class Pace:
    """Remembers what was drawn when."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._drawn: OrderedDict[JobId, _Drawn] = OrderedDict()

    def is_due(self, note: Note) -> bool:
        """Whether this progress is worth an edit now."""
        drawn = self._drawn.get(note.job)
        if drawn is None:
            return True
        if drawn.look == _look(note):
            return False
        now = self._clock.now()
        if now - drawn.first > OLD_AFTER:
            return now - drawn.last >= OLD_EVERY
        return _changes(drawn, note) or now - drawn.last >= EDIT_EVERY

    def knows(self, job: JobId) -> bool:
        """Whether anything of this job was drawn by this process."""
        return job in self._drawn

    def drew(self, note: Note) -> None:
        """Remember an edit that was made."""
        now = self._clock.now()
        before = self._drawn.pop(note.job, None)
        self._drawn[note.job] = _Drawn(before.first if before else now, now, note.state, _look(note))
        if len(self._drawn) > REMEMBERED:
            self._drawn.popitem(last=False)


def _look(note: Note) -> tuple[object, ...]:
    percent = None if note.percent is None else round(note.percent / 10)
    return note.state, note.headline, note.details, percent, _actions(note)


def _actions(note: Note) -> tuple[ButtonAction, ...]:
    return tuple(button.action for button in note.buttons)


def _changes(drawn: _Drawn, note: Note) -> bool:
    """A new state or other buttons are seen at once; they come a handful of times in a life."""
    return drawn.state is not note.state or drawn.look[-1] != _actions(note)
