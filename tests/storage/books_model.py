"""What should become of everybody's credits, told too plainly to be wrong: purses, videos, and what each has counted.

It knows nothing of ledgers, holds or keys. A purse is a number; what is held of it is what its videos under way cost.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.model import Cap, Charge, State

COUNTERS_LAST = timedelta(days=2)
"""A counter of a day or month is gone for good this long after that is over."""
SPEAKS = {State.ASKING, State.UNSURE, State.OVERDUE, State.FAILED, State.CANCELLED, State.UNDELIVERED}
ENDS = {State.DELIVERED, State.FAILED, State.CANCELLED, State.UNDELIVERED}
NO_LONGER_RUNS = ENDS | {State.UNSURE, State.OVERDUE}
WITHOUT_ANSWER = {State.SUBMITTING, State.UNSURE}


class TooPoor(Exception):
    """Whoever pays has less than the price, or a limit would be passed."""


class TooLate(Exception):
    """The video is not as whoever acts believes."""


@dataclass
class Video:
    """One video: whose credits it uses, and where it is."""

    id: str
    person: str
    purse: int
    price: int
    provider: str
    state: State
    money: Charge = Charge.NONE
    charges: int = 1
    version: int = 0
    untold: bool = False
    cancelled: bool = False
    clip: bool = False
    attempt: int = 0
    ticket: str | None = None
    counts: list[Cap] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        return self.untold or self.state not in ENDS


class Model:
    """Everybody's purses and videos."""

    def __init__(self) -> None:
        self.purses: dict[int, int] = {}
        self.owners: dict[str, int] = {}
        self.given: set[str] = set()
        self.videos: dict[str, Video] = {}
        self.brought: dict[tuple[str, int], tuple[str, str]] = {}
        """Which task, at which provider, a video's paid call has brought."""

    # purses

    def held(self, purse: int) -> int:
        return sum(video.price for video in self.videos.values() if (video.purse, video.money) == (purse, Charge.HELD))

    def balance(self, owner: str) -> int:
        return self.purses[self.owners[owner]]

    def opened(self, owner: str, purse: int) -> None:
        if self.owners.setdefault(owner, purse) == purse:
            self.purses.setdefault(purse, 0)

    def give(self, owner: str, key: str, amount: int, *, up_to: bool = False) -> None:
        if key not in self.given:
            self.given.add(key)
            self.purses[self.owners[owner]] += max(0, amount - self.balance(owner)) if up_to else amount

    def take(self, owner: str, key: str, amount: int) -> None:
        if key in self.given:
            return
        if self.balance(owner) < amount:
            raise TooPoor
        self.given.add(key)
        self.purses[self.owners[owner]] -= amount

    # counters

    def used(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for video in self.videos.values():
            for cap in video.counts:
                counted[cap.counter] = counted.get(cap.counter, 0) + cap.amount
        return {name: used for name, used in counted.items() if used}

    def tidy(self, now: datetime) -> None:
        for video in self.videos.values():
            video.counts = [
                cap for cap in video.counts if cap.resets_at is None or cap.resets_at >= now - COUNTERS_LAST
            ]

    # videos, bought

    def open(self, video: Video, caps: list[Cap]) -> None:
        if video.state is not State.ASKING:
            self._buy(video, caps)
        self.videos[video.id] = video

    def answer(self, video: Video, caps: list[Cap], purse: int, *, yes: bool) -> None:
        if video.state is not State.ASKING:
            return
        if yes:
            before, video.purse = video.purse, purse
            try:
                self._buy(video, caps)
            except TooPoor:
                video.purse = before
                raise
        self._enter(video, State.QUEUED if yes else State.CANCELLED)

    def redeliver(self, video: Video, purse: int) -> None:
        if video.state not in ENDS or not video.clip:
            raise TooLate
        if video.state is not State.DELIVERED and video.money is not Charge.SPENT:
            if self.purses[purse] < video.price:
                raise TooPoor
            video.purse = purse
            self._hold(video)
        video.cancelled = False
        self._enter(video, State.DELIVERING)

    def _buy(self, video: Video, caps: list[Cap]) -> None:
        used = self.used()
        passed = [cap for cap in caps if used.get(cap.counter, 0) + cap.amount > cap.most]
        if passed or self.purses[video.purse] < video.price:
            raise TooPoor
        self._hold(video)
        video.counts = [cap for cap in caps if cap.counter]

    def _hold(self, video: Video) -> None:
        self.purses[video.purse] -= video.price
        video.charges += video.money is Charge.RELEASED
        video.money = Charge.HELD

    # videos, carried and decided about

    def move(self, video: Video, to: State, charge: Charge | None, **facts: str | bool | None) -> None:
        if charge is Charge.HELD and video.money in {Charge.NONE, Charge.RELEASED}:
            if self.purses[video.purse] < video.price:
                raise TooPoor
            self._hold(video)
        elif charge in {Charge.SPENT, Charge.RELEASED} and video.money is Charge.HELD:
            self._settle(video, charge)
        video.attempt += to is State.SUBMITTING
        self._remember(video, facts.get("ticket"))
        video.clip = video.clip or bool(facts.get("clip"))
        self._enter(video, to)
        if to is State.QUEUED:
            video.ticket = None
            video.provider = facts.get("provider") or video.provider

    def adopt(self, video: Video, ticket: str) -> bool:
        others = {task for whose, task in self.brought.items() if whose != (video.id, video.attempt)}
        if video.state not in WITHOUT_ANSWER or (video.provider, ticket) in others:
            return False
        same = video.ticket == ticket
        self._remember(video, ticket)
        if video.state is State.UNSURE:
            self._enter(video, State.RENDERING)
        elif not same:
            video.version += 1
        return True

    def ask_cancel(self, video: Video) -> None:
        if video.state not in ENDS and not video.cancelled:
            video.cancelled = True
            video.version += 1

    def forget(self, person: str, pseudonym: str) -> None:
        for video in self.videos.values():
            if video.person == person:
                video.person = pseudonym
                video.version += 1
                video.cancelled |= video.state not in ENDS
        if person in self.owners:
            self.owners[pseudonym] = self.owners.pop(person)

    def relocate(self, old: str, new: str) -> None:
        if old in self.owners and new not in self.owners:
            self.owners[new] = self.owners.pop(old)

    def _remember(self, video: Video, ticket: str | bool | None) -> None:
        if ticket:
            video.ticket = str(ticket)
            self.brought[video.id, video.attempt] = (video.provider, video.ticket)

    def _settle(self, video: Video, charge: Charge) -> None:
        video.money = charge
        if charge is Charge.RELEASED:
            self.purses[video.purse] += video.price
            video.counts = [cap for cap in video.counts if cap.limit == "member_running"]

    def _enter(self, video: Video, to: State) -> None:
        if to is not video.state:
            video.untold = to in SPEAKS
        video.state = to
        video.version += 1
        if to in NO_LONGER_RUNS:
            video.counts = [cap for cap in video.counts if cap.limit != "member_running"]
