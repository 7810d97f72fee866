"""Server admins hold the purse: what they set in the chat, who pays, and what becomes of what already waits."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.model import EVERYWHERE, Charge, CommunityId, LimitSet, Reason, State, User, UserId
from bot.core.store import Grant
from providers.contract import Pace
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, BEN, open_house, tariff

SERVER = CommunityId("web", "server")
ELSEWHERE = CommunityId("web", "elsewhere")
CEM = User(UserId("web", "cem"), "Cem")
NOBODY = User(UserId("web", "everybody"), "Group")


def slow():
    """A provider that admits nobody: what is asked for waits."""
    return FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))


async def rule(house, text, **standing):
    """What an admin of the server types, and is answered."""
    return (await house.say(text, user=CEM, community=SERVER, admin=True, **standing)).text


async def fill(house, credits, community=SERVER):
    await house.store.grant(str(community), Grant(f"fill:{community}:{credits}", credits, "test", "for all"))


async def purse(house, community=SERVER):
    wallet = await house.store.wallet(str(community))
    return wallet.balance, wallet.held


# ---------------------------------------------------------------------------------------------- setting


async def test_an_admin_sets_a_limit_and_it_is_confirmed_logged_and_holds_at_once(tmp_path):
    async with open_house(tmp_path) as house:
        with capture_logs() as logs:
            answer = await rule(house, "/limits set member_daily 30")

        assert answer == "member_daily is now 30 credits. It was off."
        (line,) = [line for line in logs if line["event"] == "limits changed"]
        assert (line["actor"], line["community"], line["limit"]) == ("web:cem", "web:server", "member_daily")
        assert (line["old"], line["new"]) == (None, 30)
        (kept,) = await house.store.limit_changes(SERVER, 5)
        assert (kept.actor, kept.old.member_daily, kept.new.member_daily) == ("web:cem", None, 30)
        assert (await house.say("a cat", community=SERVER)).accepted
        assert (await house.say("a dog", community=SERVER)).text == (
            "You may spend 30 credits a day here; you have 2 credits left and this costs 28 credits. "
            "It starts afresh at 2026-11-22 00:00 UTC (in 15 hours). Nothing was charged."
        )


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("set server_daily 500", "server_daily is now 500 credits. It was off."),
        ("SET Member_Running 3", "member_running is now 3 videos. It was 2 videos."),
        ("set member_running off", "member_running is now off. It was 2 videos."),
        ("set member_running 2", "It is like that already. Nothing was changed."),
        ("models hailuo-02", "models is now hailuo-02. It was all."),
        ("channels 12, 34", "channels is now 12, 34. It was all."),
        ("channels here", "channels is now lounge. It was all."),
        ("pool on", "pool is now on. It was off."),
        ("spoiler on", "spoiler is now on. It was off."),
        ("Spoiler OFF", "It is like that already. Nothing was changed."),
        ("set member_daily 9 member:55", "member_daily of member 55 is now 9 credits. It was as for everybody else."),
        ("set member_daily off role:7", "member_daily of role 7 is now off. It was as for everybody else."),
        ("set member_daily default role:7", "It is like that already. Nothing was changed."),
    ],
)
async def test_every_limit_can_be_set_in_the_chat(tmp_path, typed, answer):
    async with open_house(tmp_path, running=False) as house:
        assert await rule(house, f"/limits {typed}", channel="lounge") == answer


async def test_what_was_set_can_be_taken_back(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        for typed in ("set member_running 9", "models hailuo-02", "channels 1", "pool on", "set member_daily 1 role:7"):
            await rule(house, f"/limits {typed}")
        for typed in (
            "set member_running default", "models all", "channels all", "pool off", "set member_daily default role:7",
        ):  # fmt: skip
            await rule(house, f"/limits {typed}")

        assert await house.store.limits_of(SERVER) == LimitSet()
        assert len(await house.store.limit_changes(SERVER, 50)) == 10


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("models hailuo-02,moon", "There is no model called “moon”. There is: hailuo-02."),
        ("channels here", "There are no channels here to choose from."),
    ],
)
async def test_what_is_not_there_cannot_be_allowed(tmp_path, typed, answer):
    async with open_house(tmp_path, running=False) as house:
        assert await rule(house, f"/limits {typed}") == answer
        assert await house.store.limits_of(SERVER) == LimitSet()


@pytest.mark.parametrize("typed", ["/limits", "/limits set member_daily off", "/limits pool on", "/limits models all"])
async def test_whoever_is_no_admin_is_refused_in_one_sentence_which_is_logged(tmp_path, typed):
    async with open_house(tmp_path, running=False) as house:
        await house.store.set_limits(SERVER, LimitSet(member_daily=5), "test")
        with capture_logs() as logs:
            reply = await house.say(typed, community=SERVER)

        assert reply.text == "Only the admins here may do that. Nothing was changed."
        (line,) = logs
        assert (line["event"], line["who"], line["what"]) == ("refused to somebody who may not", "web:ana", typed)
        assert await house.store.limits_of(SERVER) == LimitSet(member_daily=5)


async def test_in_a_private_chat_there_are_no_limits_to_set(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("/limits set member_daily 5", admin=True)

        assert reply.text == "Limits belong to a server or a group. Please send that there."


async def test_an_anonymous_admin_sets_limits_but_makes_no_video_and_is_given_nothing(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        standing = {"user": NOBODY, "community": SERVER, "admin": True, "anonymous": True}
        assert (
            await house.say("/limits set per_video 9", **standing)
        ).text == "per_video is now 9 credits. It was off."
        (kept,) = await house.store.limit_changes(SERVER, 5)
        assert kept.actor == "an anonymous admin of web:server"
        for typed in ("/video a cat", "/again", "/credits", "/forget yes", "/language en"):
            assert (await house.say(typed, **standing)).text == (
                "You are writing anonymously, so nobody could be charged. Please ask as yourself."
            )
        assert "/limits" in (await house.say("/help", **standing)).text
        assert await house.balance(NOBODY) == (0, 0)


# ---------------------------------------------------------------------------------------------- showing


async def test_limits_show_says_every_limit_what_is_used_and_when_it_starts_afresh(tmp_path):
    async with open_house(tmp_path) as house:
        await fill(house, 420)
        own = {"members": {"ana": 100}, "roles": {"vip": None}}
        limits = LimitSet(50, None, 1000, 2, 30, frozenset({"hailuo-02"}), None, pool=True, **own)
        await house.store.set_limits(SERVER, limits, "test")
        await house.until(await house.say("a cat", user=CEM, community=SERVER), State.DELIVERED)
        await house.say("a dog", community=SERVER)

        assert (await rule(house, "/limits show")).splitlines() == [
            "What may be spent here:",
            "member_daily, each member a day: 50 credits. You have used 28 credits today.",
            "server_daily, all together a day: off. Used today: 56 credits.",
            "server_monthly, all together a month: 1,000 credits. Used this month: 56 credits.",
            "member_running, each member at once: 2 videos. You have 0 videos under way.",
            "per_video, one video: 30 credits.",
            "member_daily of member ana: 100 credits.",
            "member_daily of role vip: off.",
            "models: hailuo-02.",
            "channels: all.",
            "spoiler: off.",
            "pool: on. The server has 364 credits.",
            "A new day begins at 2026-11-22 00:00 UTC (in 15 hours), a new month at 2026-12-01 00:00 UTC (in 10 days).",
        ]


async def test_a_limit_set_at_noon_knows_what_was_spent_in_the_morning(tmp_path):
    async with open_house(tmp_path) as house:
        await house.until(await house.say("a cat", community=SERVER), State.DELIVERED)
        await rule(house, "/limits set server_daily 40")

        assert (await house.say("a dog", user=BEN, community=SERVER)).text == (
            "This server may spend 40 credits a day; 12 credits are left and this costs 28 credits. "
            "It starts afresh at 2026-11-22 00:00 UTC (in 15 hours). Nothing was charged."
        )


async def test_help_lists_the_admins_command_for_admins_alone(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        assert "/limits – What may be spent here" in await rule(house, "/help")  # noqa: RUF001 typography
        assert "/limits" not in (await house.say("/help", community=SERVER)).text
        assert "/limits" not in (await house.say("/help", admin=True)).text


# ---------------------------------------------------------------------------------------------- roles and members


async def test_a_members_own_limit_beats_the_roles_and_the_highest_role_beats_the_others(tmp_path):
    async with open_house(tmp_path) as house:
        await rule(house, "/limits set member_daily 10")
        await rule(house, "/limits set member_daily 30 role:low")
        await rule(house, "/limits set member_daily 5 role:high")
        assert (await house.say("a cat", community=SERVER, roles=("low",))).accepted
        refused = await house.say("a cat", user=BEN, community=SERVER, roles=("high", "low"))
        assert refused.text.startswith("You may spend 5 credits a day here;")
        await rule(house, "/limits set member_daily off member:ben")
        assert (await house.say("a cat", user=BEN, community=SERVER, roles=("high", "low"))).accepted


async def test_a_yes_is_held_to_the_roles_of_the_place_that_the_video_was_asked_in(tmp_path):
    async with open_house(tmp_path, prices=tariff(confirm_above=20)) as house:
        await rule(house, "/limits set member_daily 10")
        await rule(house, "/limits set member_daily 30 role:vip")
        asked = await house.say("a cat", community=SERVER, roles=("vip",))
        assert (await house.job(asked)).state is State.ASKING
        assert "10 credits a day" in (await house.say(f"/yes {asked.job}", community=ELSEWHERE, roles=("vip",))).text
        assert (await house.say(f"/yes {asked.job}", community=SERVER, roles=("vip",))).accepted


# ---------------------------------------------------------------------------------------------- who pays


async def test_with_the_pool_on_the_server_pays_and_the_receipt_says_so(tmp_path):
    async with open_house(tmp_path) as house:
        await fill(house, 50)
        await rule(house, "/limits pool on")
        reply = await house.say("a cat", community=SERVER)
        assert reply.note.details[-1] == f"28 credits, paid by the server · {reply.job}"
        job = await house.until(reply, State.DELIVERED)

        assert (job.pooled, job.charge) == (True, Charge.SPENT)
        _, delivery = house.platform.delivered[0]
        assert delivery.note.details[-1] == f"The server was charged 28 credits · {reply.job}"
        assert (await house.balance(), await purse(house)) == ((100, 0), (22, 0))
        assert await house.books_balance()


async def test_with_the_pool_off_or_too_small_the_person_pays(tmp_path):
    async with open_house(tmp_path) as house:
        await fill(house, 27)
        first = await house.until(await house.say("a cat", community=SERVER), State.DELIVERED)
        await rule(house, "/limits pool on")
        second = await house.until(await house.say("a dog", community=SERVER), State.DELIVERED)

        assert [job.pooled for job in (first, second)] == [False, False]
        assert (await house.balance(), await purse(house)) == ((44, 0), (27, 0))


async def test_on_a_race_for_the_last_credits_of_the_server_the_others_pay_themselves(tmp_path):
    people = [User(UserId("web", name), name) for name in "abcdefgh"]
    async with open_house(tmp_path) as house:
        await fill(house, 56)
        await rule(house, "/limits pool on")
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(house.say("a cat", user=user, community=SERVER)) for user in people]
        jobs = [await house.until(one.result(), State.DELIVERED) for one in asked]

        assert sum(job.pooled for job in jobs) == 2
        assert sorted([(await house.balance(user))[0] for user in people]) == [72] * 6 + [100] * 2
        assert await purse(house) == (0, 0)
        assert await house.books_balance()


async def test_credits_given_back_go_to_whoever_paid(tmp_path):
    async with open_house(tmp_path, providers=[slow()]) as house:
        await fill(house, 28)
        await rule(house, "/limits pool on")
        reply = await house.say("a cat", community=SERVER)
        assert await purse(house) == (0, 28)
        await house.say(f"/cancel {reply.job}")
        await house.until(reply, State.CANCELLED)

        assert house.platform.told[-1][1].details[-1] == (
            f"Not charged, 28 credits given back to the server · {reply.job}"
        )
        assert (await house.balance(), await purse(house)) == ((100, 0), (28, 0))


async def test_who_pays_is_decided_when_the_person_says_yes(tmp_path):
    async with open_house(tmp_path, prices=tariff(confirm_above=20)) as house:
        asked = await house.say("a cat", community=SERVER)
        await fill(house, 28)
        await rule(house, "/limits pool on")
        await house.say(f"/yes {asked.job}", community=SERVER)
        job = await house.until(asked, State.DELIVERED)

        assert job.pooled
        assert (await house.balance(), await purse(house)) == ((100, 0), (0, 0))


async def test_a_clip_that_could_not_be_posted_is_paid_anew_by_the_server_while_it_has_enough(tmp_path):
    async with open_house(tmp_path) as house:
        house.platform.on_deliver = [OSError("down")]
        reply = await house.say("a cat", community=SERVER)
        await house.until(reply, State.UNDELIVERED, stride=timedelta(minutes=20))
        assert await house.balance() == (100, 0)
        await fill(house, 28)
        await rule(house, "/limits pool on")
        house.platform.on_deliver = [None]
        await house.say(f"/job {reply.job}", community=SERVER)
        job = await house.until(reply, State.DELIVERED)

        assert job.pooled
        assert (await house.balance(), await purse(house)) == ((100, 0), (0, 0))
        assert await house.books_balance()


async def test_a_clip_that_was_paid_is_sent_again_free_and_by_nobody_elses_credits(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat", community=SERVER)
        await house.until(reply, State.DELIVERED)
        await fill(house, 28)
        await rule(house, "/limits pool on")
        await house.say(f"/job {reply.job}", community=SERVER)
        job = await house.until(reply, State.DELIVERED)

        assert not job.pooled
        assert (await house.balance(), await purse(house)) == ((72, 0), (28, 0))
        assert await house.books_balance()


# ---------------------------------------------------------------------------------------------- the operator's own caps


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"member_daily": 30}, "With this bot each person may spend 30 credits a day; you have 2 credits left"),
        ({"server_daily": 30}, "With this bot everybody together may spend 30 credits a day; 2 credits are left"),
        ({"server_monthly": 30}, "With this bot everybody together may spend 30 credits a month; 2 credits are left"),
        ({"member_running": 1}, "With this bot you may have 1 video under way at once."),
    ],
)
async def test_the_operators_caps_bind_private_chats_and_servers_together(tmp_path, limits, says):
    async with open_house(tmp_path, providers=[slow()]) as house:
        await house.store.set_limits(EVERYWHERE, LimitSet(**({"member_running": None} | limits)), "test")
        assert (await house.say("a cat")).accepted
        refused = await house.say("a dog", community=SERVER)

        assert refused.text.startswith(says)
        assert "Nothing was charged." in refused.text


async def test_the_operators_price_cap_holds_where_a_server_has_none(tmp_path):
    async with open_house(tmp_path) as house:
        await house.store.set_limits(EVERYWHERE, LimitSet(member_running=None, per_video=20), "test")

        assert (await house.say("a cat")).text == (
            "With this bot one video may cost 20 credits and this one costs 28 credits. Nothing was charged."
        )


async def test_without_caps_of_the_operator_a_private_chat_runs_as_many_as_it_can_pay(tmp_path):
    async with open_house(tmp_path, providers=[slow()]) as house:
        assert [(await house.say("a cat")).accepted for _ in range(3)] == [True] * 3


# ---------------------------------------------------------------------------------------------- what already waits


@pytest.mark.parametrize(
    "limits",
    [
        LimitSet(per_video=20),
        LimitSet(models=frozenset({"live"})),
        LimitSet(channels=frozenset({"videos"})),
        LimitSet(member_daily=20),
        LimitSet(server_daily=20),
        LimitSet(server_monthly=20),
        LimitSet(member_running=0),
        LimitSet(members={"ana": 20}, roles={"vip": 500}),
    ],
)
async def test_a_change_of_limits_ends_what_waits_and_is_no_longer_allowed_before_it_is_paid(tmp_path, limits):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat", community=SERVER, channel="talk")
        await house.store.set_limits(SERVER, limits, "test")
    provider = FakeProvider()
    async with open_house(tmp_path, clock=house.clock, providers=[provider]) as again:
        job = await again.until(reply, State.CANCELLED)

        assert (job.reason, provider.submits) == (Reason.NOT_ALLOWED, [])
        headline = again.platform.told[-1][1].headline
        assert headline == "The limits were changed while it waited, and they no longer allow it."
        assert await again.balance() == (100, 0)
        assert await again.books_balance()


async def test_a_cap_of_the_operator_that_is_set_meanwhile_ends_what_waits_too(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        reply = await house.say("a cat")
        await house.store.set_limits(EVERYWHERE, LimitSet(member_running=None, server_daily=20), "test")
    async with open_house(tmp_path, clock=house.clock) as again:
        assert (await again.until(reply, State.CANCELLED)).reason is Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    "limits",
    [
        LimitSet(28, 28, 28, 1, 28, frozenset({"hailuo-02"}), frozenset({"talk"})),
        LimitSet(member_daily=20, roles={"vip": 500}),
        LimitSet(member_daily=20, members={"ana": 28}, roles={"vip": 5}),
    ],
)
async def test_what_waits_and_still_fits_is_made_even_after_midnight(tmp_path, limits):
    async with open_house(tmp_path, running=False) as house:
        house.clock.set(house.clock.now().replace(hour=23, minute=50))
        reply = await house.say("a cat", community=SERVER, channel="talk")
        await house.store.set_limits(SERVER, limits, "test")
        house.clock.advance(minutes=20)
    async with open_house(tmp_path, clock=house.clock) as again:
        await again.until(reply, State.DELIVERED)


async def test_what_was_asked_for_yesterday_takes_nothing_from_today(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        await house.store.set_limits(SERVER, LimitSet(server_daily=28), "test")
        house.clock.set(house.clock.now().replace(hour=23, minute=50))
        yesterday = await house.say("a cat", community=SERVER)
        house.clock.advance(minutes=20)
        today = await house.say("a dog", user=BEN, community=SERVER)
    async with open_house(tmp_path, clock=house.clock) as again:
        await again.until(yesterday, State.DELIVERED)
        await again.until(today, State.DELIVERED)


async def test_of_several_that_wait_only_as_many_end_as_must(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        replies = [await house.say("a cat", user=user, community=SERVER) for user in (ANA, BEN)]
        await house.store.set_limits(SERVER, LimitSet(server_daily=28), "test")
    one_by_one = FakeProvider(pace=Pace(submits_per_minute=60, at_once=1))
    async with open_house(tmp_path, clock=house.clock, providers=[one_by_one]) as again:
        jobs = [await again.job(reply) for reply in replies]
        while not all(job.state.ended and not job.untold for job in jobs):
            await again.clock.step()
            jobs = [await again.job(reply) for reply in replies]

        assert sorted(job.state for job in jobs) == [State.CANCELLED, State.DELIVERED]
