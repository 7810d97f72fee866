"""How often Telegram lets us speak: budgets by chat and overall, so that progress never eats what an answer needs."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.model import JobId
from bot.core.ports import Clock

CHATS_REMEMBERED = 5_000
JOBS_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many calls in so much time; edits of progress may use a part of them only."""

    most: int
    seconds: float
    for_edits: int


PRIVATE = Budget(most=10, seconds=10.0, for_edits=5)
"""About one message a second (Bots FAQ, limits)."""
GROUP = Budget(most=20, seconds=60.0, for_edits=10)
"""20 messages a minute; edits count like messages (Bots FAQ, limits)."""
OVERALL = Budget(most=28, seconds=1.0, for_edits=18)
"""About 30 messages a second (Bots FAQ, limits)."""
EDIT_SECONDS = {True: 3.0, False: 8.0}
"""Between two edits of one note, in private chats and in groups."""


@dataclass(slots=True)
class _Spent:
    """When calls were made, and until when none may be."""

    budget: Budget
    calls: deque[datetime] = field(default_factory=deque)
    blocked_until: datetime | None = None

    def wait(self, now: datetime) -> float:
        """Seconds until the next call is allowed."""
        blocked = (self.blocked_until - now).total_seconds() if self.blocked_until else 0.0
        if self.count(now) < self.budget.most:
            return max(0.0, blocked)
        over = self.calls[0] + timedelta(seconds=self.budget.seconds) - now
        return max(0.0, blocked, over.total_seconds())

    def count(self, now: datetime) -> int:
        while self.calls and now - self.calls[0] >= timedelta(seconds=self.budget.seconds):
            self.calls.popleft()
        return len(self.calls)


class Pace:
    """Counts calls. A flood answer about one chat silences that chat alone.

    Args:
        clock: Tells the time.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._chats: OrderedDict[int, _Spent] = OrderedDict()
        self._overall = _Spent(OVERALL)
        self._edited: OrderedDict[JobId, datetime] = OrderedDict()

    def wait(self, chat: int) -> float:
        """Seconds until something may be sent to *chat*."""
        now = self._clock.now()
        return max(self._overall.wait(now), self._of(chat).wait(now))

    def spend(self, chat: int) -> None:
        """A call about *chat* is being made."""
        now = self._clock.now()
        self._overall.calls.append(now)
        self._of(chat).calls.append(now)

    def block(self, chat: int, seconds: float) -> None:
        """Telegram asked to be left alone about this chat."""
        self._of(chat).blocked_until = self._clock.now() + timedelta(seconds=seconds)

    def may_edit(self, chat: int, job: JobId) -> bool:
        """Whether progress of *job* may be drawn now; what may not is dropped, for newer progress will come."""
        now, spent = self._clock.now(), self._of(chat)
        last = self._edited.get(job)
        if last is not None and now - last < timedelta(seconds=EDIT_SECONDS[chat > 0]):
            return False
        if spent.wait(now) > 0 or spent.count(now) >= spent.budget.for_edits:
            return False
        return self._overall.count(now) < OVERALL.for_edits

    def edited(self, job: JobId) -> None:
        """The note of *job* has just been drawn."""
        self._edited[job] = self._clock.now()
        self._edited.move_to_end(job)
        if len(self._edited) > JOBS_REMEMBERED:
            self._edited.popitem(last=False)

    def _of(self, chat: int) -> _Spent:
        if chat not in self._chats:
            self._chats[chat] = _Spent(PRIVATE if chat > 0 else GROUP)
            if len(self._chats) > CHATS_REMEMBERED:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        return self._chats[chat]
