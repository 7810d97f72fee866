"""The stage of random histories: the real store, open to the bot and to the command line, and the model beside it."""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.core.model import Cap, CommunityId, Draft, FileName, JobId, Payer, Place, Request, State, User, UserId
from bot.core.store import Grant, Lost, NotEnough, OverLimit
from bot.core.terms import Terms
from storage.database import open_database
from storage.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.fakes.postgres import Postgres
from tests.storage.books_model import Model, TooLate, TooPoor, Video

PEOPLE = (User(UserId("web", "ann")), User(UserId("discord", "ben")))
PLACES = (None, CommunityId("telegram", "-1"), CommunityId("discord", "7"))
LOOKS = {
    "wallets": "SELECT owner, id, balance, held FROM wallets",
    "jobs": "SELECT id, state, charge, charges, payer, version, untold, ticket FROM jobs",
    "counters": "SELECT name, used FROM counters WHERE used > 0",
    "ledger": "SELECT job, kind, count(*) AS n, sum(balance_change + held_change) AS sum FROM ledger GROUP BY 1, 2",
}


class File:
    """A SQLite database that can be killed: what is on the disk at that moment is all that is left of it."""

    def __init__(self, empty: Path) -> None:
        self._folder = Path(tempfile.mkdtemp())
        self._numbers = iter(range(10**6))
        self._path = self._left = self._folder / "reelbot.db"
        shutil.copy(empty, self._path)

    @property
    def address(self) -> str:
        return f"sqlite:///{self._path}"

    def kill(self) -> None:
        """Keep what is on the disk now."""
        self._left = self._folder / f"{next(self._numbers)}.db"
        for end in ("", "-wal"):
            shutil.copy(f"{self._path}{end}", f"{self._left}{end}")

    def wake(self) -> None:
        """Go on from what was left."""
        self._path = self._left

    def remove(self) -> None:
        shutil.rmtree(self._folder)


class Served:
    """A PostgreSQL database; a killed bot takes no part of it along."""

    def __init__(self, server: Postgres, template: str) -> None:
        self._server, self._name = server, server.lend(template)
        self.address = server.address(self._name)

    def kill(self) -> None:
        pass

    def wake(self) -> None:
        pass

    def remove(self) -> None:
        self._server.take_back(self._name)


class Stage:
    """Does things for real and in the model, and compares what became of them."""

    def __init__(self, books: File | Served) -> None:
        self.runner = asyncio.Runner()
        self.books = books
        self.clock, self.model = FakeClock(), Model()
        self.homes = {one: one for one in PLACES}
        """Where each community is by now."""
        self.papers: dict[str, list] = {}
        """Every reading of a video that some carrier, dead or alive, may still believe in."""
        self.numbers = iter(range(10**6))
        self.open()
        for owner in (*(str(user.id) for user in PEOPLE), *map(str, PLACES[1:])):
            self.grants(owner, self.gift(20))

    # what every act stands on

    def open(self) -> None:
        """Open the database twice, as the bot and as the command line beside it."""
        self.closing, opened = asyncio.Event(), self.runner.get_loop().create_future()
        self.keeping = self.runner.get_loop().create_task(self.keep(opened))
        self.database, beside = self.does(opened)
        self.store = SqlStore(database=self.database, clock=self.clock)
        self.desk = SqlStore(database=beside, clock=self.clock)
        self.terms = Terms(store=self.store, clock=self.clock)

    async def keep(self, opened: asyncio.Future) -> None:
        async with open_database(self.books.address) as bot, open_database(self.books.address) as beside:
            opened.set_result((bot, beside))
            await self.closing.wait()

    def close(self) -> None:
        self.closing.set()
        self.does(self.keeping)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.runner.close()
        self.books.remove()

    def does(self, act):
        return self.runner.get_loop().run_until_complete(act)

    def same(self, act, expected) -> object:
        """Do it for real and in the model: both say yes, or both say no."""
        self.clock.advance(seconds=1)
        try:
            done = self.does(act)
        except (NotEnough, OverLimit):
            with pytest.raises(TooPoor):
                expected()
            return None
        except Lost:
            with pytest.raises(TooLate):
                expected()
            return None
        told = expected()
        assert not isinstance(told, bool) or told == (done is not None)
        return done

    def read(self, job) -> None:
        if job is not None:
            self.papers.setdefault(job.id, []).append(job)

    def video(self, number: int, *likely: State) -> Video:
        """Any video there is, counted from the newest; mostly one in a *likely* state, where an act has an effect."""
        every = list(self.model.videos.values())
        some = [video for video in every if video.state in likely and number] or every
        return some[-1 - number % len(some)]

    def gift(self, amount: int, key: int | None = None, **how) -> Grant:
        return Grant(f"gift:{next(self.numbers) if key is None else key % 3 - 3}", amount, "op", "", **how)

    def purse(self, payer: Payer | None, video: Video) -> int:
        return video.purse if payer is None else payer.wallet

    # what acts have in common

    def grants(self, owner: str, grant: Grant) -> None:
        self.model.opened(owner, self.does(self.store.wallet(owner)).id)
        self.same(self.desk.grant(owner, grant), lambda: self.model.give(owner, grant.key, grant.amount))

    def buy(self, wish):
        draft, video = wish
        bought = self.same(self.store.open_job(draft), lambda: self.model.open(video, list(draft.caps)))
        self.read(bought and bought[0])

    def wish(self, user, where, price, roles, *, ask_first=False):
        where = self.homes[where]
        payer = self.payer(user, where) or self.own(user)
        draft = Draft(
            id=JobId(f"job{next(self.numbers):07}"),
            key="",
            user=user.id,
            community=where,
            place=Place(user.id.platform, "room"),
            language="en",
            request=Request("hailuo", "a cat", 6, "768P", FileName("a.png")),
            offer="preview/card",
            price=price,
            payer=payer.wallet,
            pooled=payer.pooled,
            ask_first=ask_first,
            deadline=self.clock.now() + timedelta(hours=1),
            caps=self.caps(where, user, price, roles),
        )
        state = State.ASKING if ask_first else State.QUEUED
        video = Video(draft.id, str(user.id), payer.wallet, price, "preview", state, untold=ask_first)
        return replace(draft, key=f"message {draft.id}"), video

    def caps(self, where, user, price, roles) -> tuple[Cap, ...]:
        return self.does(self.terms.caps(where, user.id, price, roles))

    def own(self, user) -> Payer:
        wallet = self.does(self.store.wallet(str(user.id)))
        self.model.opened(str(user.id), wallet.id)
        return Payer(wallet.id)

    def payer(self, user, where) -> Payer | None:
        """The server's purse where it is shared, as the core chooses; in private nobody is named."""
        if where is None:
            return None
        if not self.does(self.terms.limits(where)).pool:
            return self.own(user)
        pool = self.does(self.store.wallet(str(where)))
        self.model.opened(str(where), pool.id)
        return Payer(pool.id, pooled=True)

    def reading(self, video: Video, back: int):
        """The newest reading of a video, or an older one; whether it is out of date."""
        if back == 0:
            return self.does(self.store.job(JobId(video.id))), False
        papers = self.papers[video.id]
        job = papers[-min(back, len(papers))]
        return job, job.version != video.version

    def carries(self, video, writing, stale, expected) -> None:
        def unless_stale():
            if stale:
                raise TooLate
            expected()

        self.read(self.same(writing, unless_stale))

    def looks(self) -> dict[str, list]:
        """Everything that the model has an opinion of, read past the store's own methods."""

        def look(connection):
            return {name: connection.execute(text(question)).all() for name, question in LOOKS.items()}

        return self.does(self.database.read(look))
