"""Random histories of people, admins, carriers and crashes, beside a model that is too simple to be wrong."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.core.credits import Tariff
from bot.core.model import EVERYWHERE, Charge, CommunityId, JobId, State
from bot.core.moves import FOLLOWS
from bot.core.store import Change, NotEnough, OverLimit
from storage import jobs, money
from tests.contracts.store_scene import CLIP, PACE
from tests.storage.books_model import WITHOUT_ANSWER, TooLate, TooPoor
from tests.storage.books_stage import PEOPLE, PLACES, File, Served, Stage

ROLES = ((), ("mod",), ("guest", "mod"))
BY_OTHERS = {State.DELIVERED, State.UNDELIVERED}
"""From here on a clip goes again only when somebody asks for it, not by its carrier."""
ONWARD = {
    State.QUEUED: State.SUBMITTING,
    State.SUBMITTING: State.RENDERING,
    State.RENDERING: State.FETCHING,
    State.FETCHING: State.DELIVERING,
    State.OVERDUE: State.FETCHING,
}
CHARGES = {
    State.DELIVERED: Charge.SPENT,
    State.UNDELIVERED: Charge.RELEASED,
    State.FAILED: Charge.RELEASED,
    State.CANCELLED: Charge.RELEASED,
    State.UNSURE: Charge.RELEASED,
    State.OVERDUE: Charge.RELEASED,
}
"""What a life usually does with the price on entering a state; the books have to stand anything else."""
TARIFF = Tariff(Decimal("0.01"), Decimal(1), starting_credits=12, daily_credits=6, confirm_above=100)
NUMBERS = ("member_daily", "server_daily", "server_monthly", "member_running", "per_video")

person = st.sampled_from(PEOPLE)
place = st.sampled_from(PLACES)
community = st.sampled_from(PLACES[1:])
price = st.integers(0, 9)
amount = st.integers(0, 15)
which = st.integers(0, 3)
step = st.tuples(
    st.integers(0, 11),
    st.sampled_from((*[None] * 8, Charge.SPENT, Charge.RELEASED)),
    st.sampled_from(("preview", "acme")),
)
"""Where a carrier goes from here, what that does to the price if not the usual, and to which provider."""


ACTS: dict[str, tuple[int, st.SearchStrategy]] = {}
"""What may happen, how often it does beside the others, and with what."""


class Torn(Exception):
    """Cuts a transaction short."""


def act(often: int, **how: st.SearchStrategy):
    """A method that is an act; the books change between two of them alone."""

    def remembered(method):
        ACTS[method.__name__] = often, st.fixed_dictionaries(how)
        return method

    return remembered


class Books(Stage):
    """Every act that touches credits or a video's state, on the real store and on the model."""

    # people and their purses

    @act(3, user=person)
    def is_seen(self, user):
        """Any message: a welcome once, a refill once a day."""
        grants, owner = TARIFF.grants(user.id, self.clock.now()), str(user.id)
        account = self.does(self.store.welcome(user, grants))
        self.model.opened(owner, account.wallet.id)
        for grant in grants:
            self.model.give(owner, grant.key, grant.amount, up_to=grant.up_to)

    @act(3, owner=st.sampled_from([*(user.id for user in PEOPLE), *PLACES[1:]]), amount=amount, key=st.none() | which)
    def is_given(self, owner, amount, key):
        self.grants(str(self.homes.get(owner, owner)), self.gift(amount, key))

    @act(2, user=person, amount=amount, key=st.none() | which)
    def is_taken_from(self, user, amount, key):
        owner, toll = str(user.id), self.gift(amount, key)
        self.model.opened(owner, self.does(self.store.wallet(owner)).id)
        self.same(self.desk.take(owner, toll), lambda: self.model.take(owner, toll.key, amount))

    @act(2, user=person)
    def is_forgotten(self, user):
        owner = str(user.id)
        wallet = self.model.owners.get(owner)
        self.does(self.desk.forget(user.id))
        self.model.forget(owner, f"forgotten {wallet}")

    @act(2, old=community, new=st.none() | community)
    def moves_house(self, old, new):
        """A group is upgraded: to an id that is new, or that has a purse of its own already."""
        target = CommunityId("telegram", f"-100{next(self.numbers)}") if new is None else self.homes[new]
        source, self.homes[old] = self.homes[old], target
        self.does(self.store.relocate(source, target))
        self.model.relocate(str(source), str(target))
        self.model.opened(str(target), self.does(self.store.wallet(str(target))).id)

    # limits

    @act(
        2,
        where=st.sampled_from([*PLACES[1:], EVERYWHERE]),
        limit=st.sampled_from(NUMBERS),
        most=st.none() | st.integers(0, 12),
    )
    def is_limited(self, where, limit, most):
        where = self.homes.get(where, where)
        self.does(self.desk.change_limits(where, lambda old: replace(old, **{limit: most}), "admin"))

    @act(2, where=community, who=person, most=st.none() | st.integers(0, 12))
    def has_a_limit_of_their_own(self, where, who, most):
        own, roles = {who.id.id: most}, {"mod": most}
        self.does(
            self.desk.change_limits(self.homes[where], lambda old: replace(old, members=own, roles=roles), "admin")
        )

    @act(3, where=community, pool=st.booleans())
    def shares_its_purse(self, where, pool):
        self.does(self.store.change_limits(self.homes[where], lambda old: replace(old, pool=pool), "admin"))

    # buying

    @act(10, user=person, where=place, price=price, roles=st.sampled_from(ROLES), ask_first=st.booleans())
    def asks_for_a_video(self, user, where, price, roles, ask_first):
        self.buy(self.wish(user, where, price, roles, ask_first=ask_first))

    @act(3, user=person, where=place, price=price, times=st.integers(2, 4))
    def asks_for_many_at_once(self, user, where, price, times):
        """Transactions that share one commit: each succeeds or fails for itself."""
        wishes = [self.wish(user, where, price, ()) for _ in range(times)]

        async def bought(draft):
            try:
                return (await self.store.open_job(draft))[0]
            except (NotEnough, OverLimit):
                return None

        async def all_at_once():
            async with asyncio.TaskGroup() as group:
                # In this order they wait for their commit, and in this order they are served.
                tries = [group.create_task(bought(draft)) for draft, _ in wishes]
            return [one.result() for one in tries]

        for (draft, video), outcome in zip(wishes, self.does(all_at_once()), strict=True):
            if outcome is None:
                with pytest.raises(TooPoor):
                    self.model.open(video, list(draft.caps))
            else:
                self.model.open(video, list(draft.caps))
                self.read(outcome)

    @act(1, number=which, price=price)
    def says_the_same_again(self, number, price):
        """The same message arrives twice: nothing happens, whatever it would cost by now."""
        video = self.video(number)
        draft, _ = self.wish(PEOPLE[0], None, price, ())
        job, opened = self.does(self.store.open_job(replace(draft, key=f"message {video.id}")))
        assert (job.id, opened) == (video.id, False)

    @act(6, number=which, user=person, yes=st.booleans(), pooled=place)
    def answers(self, number, user, yes, pooled):
        video, where = self.video(number, State.ASKING), self.homes[pooled]
        caps, payer = self.caps(where, user, video.price, ()), self.payer(user, where)
        purse = self.purse(payer, video)
        answering = self.desk.answer(JobId(video.id), yes=yes, caps=caps, payer=payer)
        self.read(self.same(answering, lambda: self.model.answer(video, list(caps), purse, yes=yes)))

    @act(8, number=which, user=person, pooled=place)
    def wants_it_again(self, number, user, pooled):
        video, payer = self.video(number, *BY_OTHERS), self.payer(user, self.homes[pooled])
        sending = self.desk.redeliver(JobId(video.id), payer)
        self.read(self.same(sending, lambda: self.model.redeliver(video, self.purse(payer, video))))

    @act(3, number=which)
    def wants_to_stop(self, number):
        video = self.video(number)
        self.read(self.same(self.desk.ask_cancel(JobId(video.id)), lambda: self.model.ask_cancel(video)))

    # carrying

    @act(4, number=which, take=st.booleans())
    def is_carried_by_another(self, number, take):
        video = self.video(number)
        job = self.does(self.store.seize(JobId(video.id)))
        assert (job is not None) == video.alive
        video.version += video.alive
        if take:
            self.read(job)

    @act(12, number=which, back=st.sampled_from((0, 0, 0, 1, 2)), step=step)
    def goes_on(self, number, back, step):
        """A carrier's next step, by one that has it or by one that only believes so."""
        self.step(self.video(number, *ONWARD, State.DELIVERING, State.UNSURE), back, step)

    @act(10, number=which, steps=st.lists(step, min_size=1, max_size=7))
    def lives_on(self, number, steps):
        """Several steps of one carrier, mostly towards a clip."""
        video = self.video(number, *ONWARD, State.DELIVERING)
        for step in steps:
            self.step(video, 0, step, [ONWARD[video.state]] * 6 if video.state in ONWARD else [])

    def step(self, video, back, chosen, likely=()):
        job, stale = self.reading(video, back)
        nexts = sorted(FOLLOWS[job.state] - ({State.QUEUED} if job.state is State.ASKING else set()))
        if not nexts or job.state in BY_OTHERS:
            return
        number, charge, provider = chosen
        to = (*likely, *nexts)[number % (len(likely) + len(nexts))]
        charge = charge or CHARGES.get(to)
        ticket = f"task {next(self.numbers)}" if to is State.RENDERING else None
        change = Change(
            to,
            charge,
            ticket=ticket,
            clip=CLIP if to is State.DELIVERING else None,
            begins_attempt=to is State.SUBMITTING,
            offer=f"{provider}/card" if to is State.QUEUED else None,
        )
        facts = {"ticket": ticket, "clip": change.clip is not None, "provider": change.offer and provider}
        self.carries(video, self.store.move(job, change), stale, lambda: self.model.move(video, to, charge, **facts))

    @act(4, number=which, back=st.sampled_from((0, 0, 1)), what=st.sampled_from(("told", "mine", "refused")))
    def writes_down(self, number, back, what):
        video = self.video(number)
        job, stale = self.reading(video, back)

        def noted():
            video.version += 1
            video.untold &= what != "told"

        writing = {
            "told": lambda: self.store.told(job, "note"),
            "mine": lambda: self.store.still_mine(job, posting=True),
            "refused": lambda: self.store.cancel_refused(job),
        }[what]
        self.carries(video, writing(), stale, noted)

    @act(2)
    def are_admitted(self):
        self.does(self.store.admit({"preview": PACE, "acme": PACE}))

    # callbacks and operators

    @act(8, number=which, other=which, known=st.booleans())
    def is_called_back(self, number, other, known):
        """A task is named for a video: its own, one that is another's, or one that nobody has heard of."""
        video, tickets = self.video(number, *WITHOUT_ANSWER), [task for _, task in self.model.brought.values()]
        ticket = tickets[other % len(tickets)] if known and tickets else f"task {next(self.numbers)}"
        self.read(self.same(self.desk.adopt(JobId(video.id), ticket), lambda: self.model.adopt(video, ticket)))

    @act(
        3,
        number=which,
        was=st.sampled_from((State.UNSURE, State.OVERDUE, State.RENDERING)),
        ruling=st.sampled_from(
            ((State.FAILED, Charge.RELEASED), (State.FAILED, Charge.SPENT), (State.FETCHING, Charge.HELD))
        ),
    )
    def is_settled_by_hand(self, number, was, ruling):
        video, (to, charge) = self.video(number, was), ruling

        def settled():
            if video.state is not was:
                raise TooLate
            self.model.move(video, to, charge)

        self.read(self.same(self.desk.settle(JobId(video.id), Change(to, charge), was=was), settled))

    # time and death

    @act(2, hours=st.sampled_from((1, 9, 24, 24 * 40)))
    def time_passes(self, hours):
        self.clock.advance(hours=hours)

    @act(2)
    def the_house_is_tidied(self):
        self.does(self.store.expired_files(self.clock.now() - timedelta(days=7)))
        self.model.tidy(self.clock.now())

    @act(2, user=person, price=price, again=st.booleans())
    def dies(self, user, price, again):
        """Killed in the middle of a transaction; what was committed is found again, and all is seized as at a start."""
        draft, _ = self.wish(user, None, price, ())

        def cut_short(connection):
            with suppress(NotEnough):
                jobs.open_job(connection, replace(draft, caps=()), self.clock.now())
            money.grant(connection, str(user.id), self.gift(5), self.clock.now())
            connection.execute(text("UPDATE jobs SET state = 'failed', charge = 'released'"))
            self.books.kill()
            raise Torn

        with pytest.raises(Torn):
            self.does(self.database.tx(cut_short))
        self.close()
        self.books.wake()
        self.open()
        if again:
            alive = {video.id: video for video in self.model.videos.values() if video.alive}
            seized = self.does(self.store.seize_all())
            assert {job.id for job in seized} == alive.keys()
            for job in seized:
                alive[job.id].version += 1
                self.read(job)

    # what must hold after every act

    def check(self):
        assert self.does(self.store.verify()) == []
        found, model = self.looks(), self.model
        purses = {row.id: (row.balance, row.held) for row in found["wallets"]}
        assert purses == {purse: (left, model.held(purse)) for purse, left in model.purses.items()}
        named = {row.owner: row.id for row in found["wallets"] if not row.owner.startswith("forgotten")}
        assert named == {whose: own for whose, own in model.owners.items() if not whose.startswith("forgotten")}
        assert {row.id: tuple(row)[1:] for row in found["jobs"]} == {
            one.id: (one.state, one.money, one.charges, one.purse, one.version, one.untold, one.ticket)
            for one in model.videos.values()
        }
        assert {row.name: row.used for row in found["counters"]} == model.used()
        self.no_credit_comes_from_nowhere(found["ledger"])

    def no_credit_comes_from_nowhere(self, lines):
        """Every charge is held once and ends once at the most, and what was given and not spent is somewhere."""
        for line in lines:
            assert line.job is None or line.n <= self.model.videos[line.job].charges
        there = sum(self.model.purses.values()) + sum(map(self.model.held, self.model.purses))
        assert sum(line.sum for line in lines) == there


def histories():
    often = [name for name, (times, _) in ACTS.items() for _ in range(times)]
    one = st.sampled_from(often).flatmap(lambda name: st.tuples(st.just(name), ACTS[name][1]))
    # The short ones are where a long one that fails is made shorter.
    return st.lists(one, max_size=15) | st.lists(one, min_size=25, max_size=50)


def play(history, books, *, check_each):
    with Books(books) as stage:
        for name, how in history:
            if "number" not in how or stage.model.videos:
                getattr(stage, name)(**how)
                if check_each:
                    stage.check()
        stage.check()


@pytest.mark.long
@settings(max_examples=90, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_no_history_mints_loses_or_doubles_a_credit(empty_database, history):
    play(history, File(empty_database), check_each=True)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_no_history_does_on_postgresql_either(postgres, prepared, history):
    # A few histories, looked at when they are over: a look at everything takes long there.
    play(history, Served(postgres, prepared), check_each=False)
