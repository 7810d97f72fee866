"""What nobody wants: words, people and servers that are blocked, waits after refusals, and reports."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.blocks import Ban, BlockKind
from bot.core.foreseeing import Foresight
from bot.core.housekeeping import Housekeeper
from bot.core.model import EVERYWHERE, CommunityId, Incoming, Place, Reason, State, User, UserId
from providers.contract import Pace
from providers.errors import RefusalKind, Refused
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, BEN, open_house, tariff

OLA = User(UserId("web", "ola"), "Ola")
CEM = User(UserId("web", "cem"), "Cem")
SERVER = CommunityId("web", "server")
ELSEWHERE = CommunityId("web", "elsewhere")
NOT_ALLOWED = "Your text has something in it that is not allowed here. Nothing was charged."
BLOCKED = "You may not make videos with this bot. Nothing was charged."
BLOCKED_HERE = "The admins here do not let you make videos. Nothing was charged."
NO_SERVER = "No videos may be made in this server. Nothing was charged."


def ruled(folder, **how):
    """A house that Ola runs."""
    return open_house(folder, operators=(OLA.id,), **how)


async def order(house, text, **how):
    """What the operator types, and is answered."""
    return (await house.say(text, user=OLA, **how)).text


async def rule(house, text, **standing):
    """What an admin of the server types, and is answered."""
    return (await house.say(text, user=CEM, community=SERVER, admin=True, **standing)).text


async def foreseen(house, text, community=None, user=ANA):
    return await Foresight(desk=house.desk).foresee(Incoming("web:1", user, Place("web", "r"), text, community), 0)


# ---------------------------------------------------------------------------------------------- words


async def test_a_word_that_an_operator_blocks_is_refused_everywhere_at_once_and_costs_nothing(tmp_path):
    async with ruled(tmp_path) as house:
        await house.until(await house.say("a gun"), State.DELIVERED)
        with capture_logs() as logs:
            assert await order(house, "/block words gun") == "Blocked everywhere: gun."

        assert [{"actor": "web:ola", "scope": "bot:everywhere", "kind": "word", "what": "gun"}.items() <= log.items()
                for log in logs if log["event"] == "blocked"] == [True]  # fmt: skip
        for community in (None, SERVER):
            refused = await house.say("a GUN, smiling", community=community)
            assert (refused.text, refused.job) == (NOT_ALLOWED, None)
            assert await foreseen(house, "a gun", community) == NOT_ALLOWED
        assert (await house.say("/again")).text == NOT_ALLOWED
        assert await house.balance() == (72, 0)
        assert (await house.say("a gunner")).accepted


async def test_a_word_that_an_admin_blocks_is_refused_in_their_server_alone(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await rule(house, "/block words gun “red carpet”") == 'Blocked here: gun, "red carpet".'

        assert (await house.say("a red  CARPET", community=SERVER)).text == NOT_ALLOWED
        assert (await house.say("a red car, pet", community=SERVER)).accepted
        assert (await house.say("a gun", community=ELSEWHERE)).accepted


async def test_an_operator_can_block_for_one_server_too(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await order(house, "/block here words gun", community=SERVER) == "Blocked here: gun."
        assert await order(house, "/block here words gun") == (
            "There is no server here. Please send that in the server or group that you mean."
        )
        assert (await house.say("a gun")).accepted
        assert await order(house, "/unblock here words gun", community=SERVER) == "No longer blocked: gun."


async def test_a_photo_with_a_blocked_caption_is_not_kept(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        await order(house, "/block words gun")

        assert (await house.say("a gun", pictures=[b"photo"])).text == NOT_ALLOWED
        assert not (tmp_path / "images").exists()


async def test_a_pattern_is_refused_wherever_it_fits(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await order(house, "/block words re:gu+n s?") == "Blocked everywhere: re:gu+n s?."

        assert (await house.say("two GUUUN s")).text == NOT_ALLOWED


async def test_a_pattern_that_takes_too_long_lets_nothing_pass_and_is_logged(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        await order(house, "/block words re:(a|aa)+$")
        with capture_logs() as logs:
            reply = await house.say("a" * 200 + "b")

        assert reply.text == "Your text could not be checked in time; please make it shorter. Nothing was charged."
        assert {"event": "a pattern is too slow", "pattern": "(a|aa)+$"}.items() <= logs[0].items()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("(", "missing ) at position 1"),
        ("a*", "it fits every text"),
        ("x" * 201, "it has more than 200 characters"),
        ("(?:(?:a{1000}){1000}){1000}", "it repeats something more than 1000 times"),
    ],
)
async def test_a_pattern_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, typed, why):
    async with ruled(tmp_path, running=False) as house:
        answer = await order(house, f"/block words gun re:{typed}")

        assert answer == f"That pattern cannot be used: {why}. Nothing was changed."
        assert await house.store.blocks(None) == []


async def test_a_list_takes_so_many_entries_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.core.banning.MOST", 3)
    monkeypatch.setattr("bot.core.banning.PATTERNS_MOST", 1)
    async with ruled(tmp_path, running=False) as house:
        await order(house, "/block words a b re:c")

        assert await order(house, "/block words d e") == "The list is full: it takes 3 entries. Nothing was changed."
        assert await order(house, "/unblock words a b") == "No longer blocked: a, b."
        assert await order(house, "/block words re:d") == "The list takes 1 patterns. Nothing was changed."


async def test_a_block_can_be_lifted_and_doing_it_twice_changes_nothing(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        await order(house, "/block words gun")
        assert await order(house, "/block words GUN") == "Blocked already: gun."
        with capture_logs() as logs:
            assert await order(house, "/unblock words Gun") == "No longer blocked: gun."
            assert await order(house, "/unblock words gun") == "Not blocked: gun."

        assert [log["event"] for log in logs] == ["unblocked"]
        assert (await house.say("a gun")).accepted


async def test_what_another_process_blocks_holds_within_seconds(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert (await house.say("a gun", community=SERVER)).accepted
        await house.store.block(Ban(SERVER, BlockKind.WORD, "gun"), "somebody", "")
        house.clock.advance(seconds=6)

        assert (await house.say("a gun", community=SERVER)).text == NOT_ALLOWED
        house.clock.advance(seconds=6)
        assert (await house.say("a gun", community=SERVER)).text == NOT_ALLOWED


async def test_what_is_blocked_while_the_list_is_being_read_holds_at_once_too(tmp_path, monkeypatch):
    async with ruled(tmp_path, running=False) as house:
        read, gun = house.store._store.blocks, Ban(EVERYWHERE, BlockKind.WORD, "gun")

        async def slow(scope):
            before = await read(scope)
            await house.gear.gate.block(gun, "web:ola", "")
            return before

        monkeypatch.setattr(house.store._store, "blocks", slow)
        await house.say("a cat")
        monkeypatch.undo()

        assert (await house.say("a gun")).text == NOT_ALLOWED


async def test_a_pattern_that_another_version_let_pass_is_logged_and_left_out(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        for typed in ("(", "g.n"):
            await house.store.block(Ban(EVERYWHERE, BlockKind.PATTERN, typed), "somebody", "")
        with capture_logs() as logs:
            assert (await house.say("a cat")).accepted
            assert (await house.say("a gun")).text == NOT_ALLOWED

        assert [log["pattern"] for log in logs if log["event"] == "a blocked pattern cannot be used"] == ["("]


async def test_lists_of_many_servers_are_not_all_kept_at_hand(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.core.gate.REMEMBERED", 2)
    async with ruled(tmp_path, running=False) as house:
        await order(house, "/block words gun")
        for number in range(5):
            assert (await house.say("a gun", community=CommunityId("web", str(number)))).text == NOT_ALLOWED


async def test_those_who_may_see_what_is_blocked(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await rule(house, "/blocked") == "Nothing is blocked."
        await rule(house, "/block words gun")
        await rule(house, "/block person web:ana spam, again  and again")
        await order(house, "/block words re:a b")

        here = "Blocked here:\ngun\nweb:ana (spam, again and again)"
        assert await rule(house, "/blocked") == here
        assert await order(house, "/blocked", community=SERVER) == f"Blocked everywhere:\nre:a b\n{here}"
        assert await order(house, "/blocked") == "Blocked everywhere:\nre:a b"
        assert (await house.say("/blocked", community=SERVER)).text == (
            "Only the admins here may do that. Nothing was changed."
        )


async def test_a_list_that_is_too_long_for_a_chat_says_how_much_is_missing(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        for number in range(50):
            await house.store.block(Ban(EVERYWHERE, BlockKind.WORD, f"{number:02}{'x' * 90}"), "web:ola", "")
        lines = (await order(house, "/blocked")).splitlines()

        assert lines[-1] == f"… and {51 - len(lines) + 1} more: reelbot blocks list shows them."
        assert 30 < len(lines) < 35


@pytest.mark.parametrize("typed", ["/block words gun", "/unblock words gun", "/block person web:ben", "/blocked"])
async def test_whoever_is_no_admin_is_refused_and_nothing_is_changed(tmp_path, typed):
    async with ruled(tmp_path, running=False) as house:
        with capture_logs() as logs:
            reply = await house.say(typed, community=SERVER)

        assert reply.text == "Only the admins here may do that. Nothing was changed."
        assert [(log["who"], log["what"]) for log in logs] == [("web:ana", typed)]
        assert await house.store.blocks(None) == []


async def test_in_private_nobody_but_an_operator_blocks(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert (await house.say("/block words gun")).text == (
            "Admins block for a server or a group. Please send that there."
        )
        assert (await house.say("/blocked")).text == "Only the admins here may do that. Nothing was changed."


async def test_help_lists_what_whoever_asks_may_do_and_nothing_twice(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        both = await order(house, "/help", community=SERVER, admin=True)
        assert both.count("/block ") == both.count("/blocked ") == both.count("/report ") == 1
        assert "/block " in await rule(house, "/help")
        assert "/block " not in (await house.say("/help")).text


# ---------------------------------------------------------------------------------------------- people and servers


async def test_a_blocked_person_makes_nothing_and_can_do_all_the_rest(tmp_path):
    async with ruled(tmp_path) as house:
        first = await house.until(await house.say("a cat"), State.DELIVERED)
        assert await order(house, "/block person web:ana spam") == "Blocked everywhere: web:ana."

        for typed in ("a dog", "/video a dog", "/again", f"/again {first.id}"):
            assert (await house.say(typed, community=SERVER)).text == BLOCKED
        assert await foreseen(house, "a dog") == BLOCKED
        assert await house.balance() == (72, 0)
        for typed, answer in (
            ("/credits", "You have 72 credits."), ("/jobs", "Your latest videos:"), ("/export", "Here is everything"),
            ("/privacy", "I keep your prompts"), ("/help", "Write what"),
            (f"/job {first.id}", "Sending the clip again."),
        ):  # fmt: skip
            assert (await house.say(typed)).text.startswith(answer)
        assert (await house.say("a dog", user=BEN)).accepted


async def test_being_forgotten_lifts_no_block(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        await house.say("/credits")
        await order(house, "/block person web:ana")
        await house.say("/forget yes")

        assert (await house.say("a cat")).text == BLOCKED


async def test_an_admin_blocks_a_person_in_their_server_alone(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await rule(house, "/block person web:ana") == "Blocked here: web:ana."

        assert (await house.say("a cat", community=SERVER)).text == BLOCKED_HERE
        assert (await house.say("a cat", community=ELSEWHERE)).accepted
        assert (await house.say("a cat")).accepted


async def test_an_operator_blocks_a_server(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await order(house, "/block server", community=SERVER) == "Blocked everywhere: web:server."
        assert (await house.say("a cat", community=SERVER)).text == NO_SERVER
        assert (await house.say("a cat")).accepted
        assert await order(house, "/unblock server web:server") == "No longer blocked: web:server."
        assert (await house.say("a cat", community=SERVER)).accepted
        assert await order(house, "/block server they spam", community=SERVER) == "Blocked everywhere: web:server."
        assert await order(house, "/block server discord:7 they spam") == "Blocked everywhere: discord:7."
        assert [block.reason for block in await house.store.blocks(EVERYWHERE)] == ["they spam", "they spam"]
        assert (await order(house, "/block server")).startswith("There is no server here.")


async def test_an_admin_cannot_block_a_server(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        assert await rule(house, "/block server") == "Only whoever runs this bot may do that. Nothing was changed."


async def test_a_yes_to_the_price_makes_something_too_and_a_no_does_not(tmp_path):
    async with ruled(tmp_path, prices=tariff(confirm_above=5)) as house:
        reply = await house.say("a cat")
        assert (await house.job(reply)).state is State.ASKING
        await order(house, "/block person web:ana")

        assert (await house.say(f"/yes {reply.job}")).text == BLOCKED
        assert await house.balance() == (100, 0)
        assert (await house.say(f"/no {reply.job}")).accepted


@pytest.mark.parametrize(
    ("typed", "detail"),
    [
        ("/block person web:ana", "the person was blocked"),
        ("/block server web:server", "the server was blocked"),
        ("/block here person web:ana", "the person was blocked in the server"),
    ],
)
async def test_what_waits_when_its_person_is_blocked_is_not_made(tmp_path, typed, detail):
    full = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with ruled(tmp_path, running=False, providers=[full]) as house:
        reply = await house.say("a cat", community=SERVER)
        await order(house, typed, community=SERVER)
    free = FakeProvider()
    async with ruled(tmp_path, providers=[free], clock=house.clock) as again:
        job = await again.until(reply, State.CANCELLED)

        assert (job.reason, free.submits, await again.balance()) == (Reason.NOT_ALLOWED, [], (100, 0))
        assert detail in [line.detail for line in await again.store.story(job.id)]


async def test_lists_that_cannot_be_read_let_nothing_begin(tmp_path):
    async with ruled(tmp_path, running=False, flaky={"blocks": 1}) as house:
        assert (await house.say("a cat")).text.startswith("I cannot write anything down at the moment")
        assert (await house.say("a cat")).accepted


# ---------------------------------------------------------------------------------------------- waits


async def refused(house, times=1):
    for _ in range(times):
        await house.until(await house.say("something"), State.FAILED)


def strict():
    provider = FakeProvider()
    provider.on_submit = [Refused(RefusalKind.CONTENT, "no")]
    return provider


async def test_three_refusals_within_an_hour_make_a_person_wait_ever_longer(tmp_path):
    async with ruled(tmp_path, providers=[strict()]) as house:
        await refused(house, 3)
        *_, last = await house.store.rejections(ANA.id, house.clock.now() - timedelta(hours=1))
        until = last + timedelta(minutes=15)
        reply = await house.say("a cat")

        assert reply.job is None
        assert reply.text.startswith("Several of your wishes were refused because of their content")
        assert f"from {until:%Y-%m-%d %H:%M} UTC (in 15 minutes) on." in reply.text
        assert await foreseen(house, "a cat") == reply.text
        assert (await house.say("/credits")).text.startswith("You have 100 credits.")
        assert (await house.say("a cat", user=BEN)).accepted
        house.clock.advance(minutes=16)
        await refused(house)
        house.clock.advance(minutes=16)
        assert (await house.say("a cat")).job is None
        house.clock.advance(minutes=15)
        assert (await house.say("a cat")).accepted


async def test_being_forgotten_shortens_no_wait(tmp_path):
    async with ruled(tmp_path, providers=[strict()]) as house:
        await refused(house, 3)
        await house.say("/forget yes")

        assert (await house.say("a cat")).text.startswith("Several of your wishes were refused")


async def test_refusals_are_kept_for_a_week_only(tmp_path):
    async with ruled(tmp_path, providers=[strict()]) as house:
        await refused(house, 2)
        long_ago = house.clock.now() - timedelta(days=1)
        assert len(await house.store.rejections(ANA.id, long_ago)) == 2
        house.clock.advance(days=8)
        await Housekeeper(store=house.store, files=house.files, clock=house.clock, keep_days=7).tidy()

        assert await house.store.rejections(ANA.id, long_ago) == []


async def test_what_is_wrong_with_the_form_alone_makes_nobody_wait(tmp_path):
    provider = FakeProvider()
    provider.on_submit = [Refused(RefusalKind.INPUT, "no")]
    async with ruled(tmp_path, providers=[provider]) as house:
        await refused(house, 4)
        assert (await house.say("a cat")).accepted


# ---------------------------------------------------------------------------------------------- reports


async def test_a_report_is_logged_and_told_to_the_operators_once_for_each_person(tmp_path):
    async with ruled(tmp_path) as house:
        job = await house.until(await house.say("a cat", community=SERVER), State.DELIVERED)
        with capture_logs() as logs:
            reply = await house.say(f"/report #{job.id} this is   my face", user=BEN, community=SERVER)
            again = await house.say(f"/report {job.id}", user=BEN, community=SERVER)
            own = await house.say(f"/report {job.id}")
        await house.gear.bulletins.tell()

        assert (reply.text, own.text) == (
            "Thank you. Whoever runs this bot is told, and the admins here as far as I can reach them.",
        ) * 2
        assert again.text == "You have reported that video already. Thank you."
        assert [(log["reporter"], log["reason"]) for log in logs if log["event"] == "a job was reported"] == [
            ("web:ben", "this is my face"), ("web:ana", ""),
        ]  # fmt: skip
        look = f"Look at it with: reelbot jobs show {job.id}"
        assert house.platform.written == [
            (OLA.id, f"web:ben reports video {job.id} (web:server): “this is my face”. {look}"),
            (OLA.id, f"web:ana reports video {job.id} (web:server). {look}"),
        ]


@pytest.mark.parametrize("where", [None, ELSEWHERE])
async def test_whoever_does_not_see_a_clip_cannot_report_it(tmp_path, where):
    async with ruled(tmp_path, running=False) as house:
        job = await house.job(await house.say("a cat", community=SERVER))
        private = await house.job(await house.say("a cat"))

        for one in (job.id, private.id, "k3f9q0x2ab"):
            answer = (await house.say(f"/report {one}", user=BEN, community=where)).text
            assert answer == f"There is no video with the id {one} here."


async def test_ten_reports_an_hour_are_enough_for_one_person(tmp_path):
    async with ruled(tmp_path, running=False, prices=tariff(starting_credits=1000)) as house:
        jobs = [await house.say("a cat", user=BEN) for _ in range(2)]
        for number in range(10):
            other = User(UserId("web", f"p{number}"))
            reply = await house.say("a cat", user=other, community=SERVER)
            await house.say(f"/report {reply.job}", user=BEN, community=SERVER)

        assert (await house.say(f"/report {jobs[0].job}", user=BEN)).text == (
            "You have reported enough for now. Please wait an hour."
        )
        house.clock.advance(minutes=61)
        assert (await house.say(f"/report {jobs[0].job}", user=BEN)).text.startswith("Thank you.")


async def test_a_forgotten_person_leaves_no_name_in_reports_and_blocks(tmp_path):
    async with ruled(tmp_path, running=False) as house:
        job = await house.say("a cat", community=SERVER)
        await house.say(f"/report {job.job} secret words", user=CEM, community=SERVER)
        await rule(house, "/block words gun dog")
        await rule(house, "/unblock words dog")
        await house.say("/forget yes", user=CEM)

        (left,) = await house.store.blocks(SERVER)
        assert left.actor.startswith("forgotten:")
        assert await house.store.reports_since(CEM.id, house.clock.now() - timedelta(days=1)) == 0
        assert (await house.say(f"/report {job.job}", user=CEM, community=SERVER)).text.startswith("Thank you.")
