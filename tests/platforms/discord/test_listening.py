"""Staying connected: replayed events, lost connections, refused tokens, commands handed over once."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.core.ports import NotWelcome
from bot.core.store import StoreTrouble
from bot.platforms.discord.acknowledging import TRY_AGAIN_SECONDS
from tests.fakes.discord.asked import Answer
from tests.fakes.discord.calls import Call
from tests.fakes.discord.trouble import broken, cut_before, refused
from tests.fakes.inbox import FakeInbox
from tests.platforms.discord.stage import offer, scene


@pytest.fixture
async def house(tmp_path):
    async with scene(tmp_path) as made:
        yield made


async def test_d9_an_event_that_a_resume_replays_is_heard_once(house):
    async with house.running():
        asked = await house.asks()
        house.discord.gateway.drop()
        await house.discord.eventually(lambda: not house.discord.gateway.listeners)
        house.ana.again(asked)
        await house.discord.online()
        await house.asks("after the break")
    assert [incoming.text for incoming in house.core.heard] == ["a cat smiling", "after the break"]


async def test_d10_an_event_that_was_missed_and_replayed_too_late_is_not_charged(house):
    async with house.running():
        await house.asks("before the break")
        house.discord.gateway.drop()
        house.ana.slash("video", prompt="during the break", age_seconds=30)
        await house.discord.eventually(lambda: len(house.discord.exchanges_of(Call.CALLBACK)) == 2)
        await house.answered()
    assert [incoming.text for incoming in house.core.heard] == ["before the break"]


async def test_an_invalid_session_is_begun_anew(house):
    async with house.running():
        await house.asks("before the break")
        house.discord.gateway.invalidate()
        await house.discord.eventually(lambda: not house.discord.gateway.listeners)
        await house.discord.online()
        await house.asks()
    assert len(house.core.heard) == 2


async def test_discord_may_ask_to_reconnect(house):
    async with house.running():
        await house.asks("before the break")
        house.discord.gateway.ask_to_reconnect()
        await house.discord.eventually(lambda: house.discord.gateway.resumes)
        await house.asks()
    assert len(house.core.heard) == 2


async def test_d88_a_revoked_token_ends_listening_with_clear_words(house):
    async with asyncio.timeout(20):
        with pytest.raises(NotWelcome, match="DISCORD_TOKEN"):
            await listen_until(house, house.discord.revoke_token)


async def test_d88_what_is_being_acknowledged_when_the_token_is_revoked_is_no_bug_and_waits(house):
    def asks_and_is_thrown_out():
        house.discord.troubles.always(Call.CALLBACK, cut_before())
        house.ana.slash("video", prompt="a cat")
        house.discord.watch = lambda exchange: exchange.call is Call.CALLBACK and house.discord.revoke_token()

    with capture_logs() as lines:
        async with asyncio.timeout(20):
            with pytest.raises(NotWelcome):
                await listen_until(house, asks_and_is_thrown_out)
        await asyncio.sleep(2 * TRY_AGAIN_SECONDS)
    assert [line["event"] for line in lines if line["log_level"] == "error"] == []
    assert [letter.key for letter in await house.inbox.waiting("discord")]


async def listen_until(house, happens):
    running = house.chat.run(house.core.receive)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(_kept(running))
        await house.discord.online()
        await house.discord.eventually(lambda: house.memory.values.get(("discord", "commands")))
        happens()
        ended = await listening
    raise ended


async def _kept(running):
    try:
        await running
    except NotWelcome as ended:
        return ended


async def test_a_token_that_never_was_one_is_said_at_once(house):
    house.discord.token = "another"
    with pytest.raises(NotWelcome, match="DISCORD_TOKEN"):
        await house.chat.run(house.core.receive)


async def test_a_discord_that_is_down_is_tried_until_it_is_up(house):
    house.discord.troubles.next(Call.GATEWAY_BOT, broken(503), cut_before())
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(house.chat.run(house.core.receive))
        while not house.discord.gateway.listeners:
            await house.clock.step()
        listening.cancel()


async def test_d85_d86_as_many_connections_as_discord_asks_for(house):
    house.discord.ask_for_shards(2)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(house.chat.run(house.core.receive))
        await house.discord.eventually(lambda: len(house.discord.gateway.listeners) == 2, seconds=20)
        listening.cancel()


async def test_d54_d55_commands_are_handed_over_once_and_again_when_they_change(house):
    async with house.running():
        await house.asks()
    async with house.running():
        await house.asks()
    assert len(house.discord.exchanges_of(Call.SYNC_COMMANDS)) == 1
    house.memory.values["discord", "commands"] = "older"
    async with house.running():
        await house.discord.eventually(lambda: len(house.discord.exchanges_of(Call.SYNC_COMMANDS)) == 2)


async def test_d57_commands_can_be_used_everywhere_and_speak_the_persons_language(house):
    async with house.running():
        commands = {command["name"]: command for command in house.discord.application.commands[None]}
    assert set(commands) == {
        "video", "again", "job", "jobs", "cancel", "credits", "models", "help", "privacy", "export", "forget",
        "language", "Animate this image", "limits", "usage", "grant", "take", "pause", "resume", "block", "unblock",
        "blocked", "report",
    }  # fmt: skip
    limits = commands.pop("limits")
    assert (limits["integration_types"], limits["contexts"]) == ([0], [0])
    assert all(command["integration_types"] == [0, 1] for command in commands.values())
    assert all(command["contexts"] == [0, 1, 2] for command in commands.values())
    assert commands["video"]["description_localizations"]["en-US"] == "Make a video"
    assert [option["name"] for option in commands["video"]["options"]] == [
        "prompt", "image", "last_image", "model", "seconds", "resolution", "camera", "spoiler",
    ]  # fmt: skip


async def test_two_listeners_of_one_token_hear_a_wish_once(house):
    other = house.adapter()
    async with house.running(), asyncio.TaskGroup() as group:
        listening = group.create_task(other.run(house.core.receive))
        await house.discord.online(sessions=2)
        await house.asks()
        listening.cancel()
    await other.close()
    assert len(house.core.heard) == 1
    assert len(house.channel.posts) == 1


# ------------------------------------------------------------------------------------------------ suggestions


async def suggestions(house, focus, **typed):
    asked = await house.ana.types("video", focus=focus, prompt="a cat", **typed).answered()
    assert asked.answer is Answer.CHOICES
    return [(choice["name"], choice["value"]) for choice in asked.choices]


async def test_d60_models_are_suggested_with_their_prices(house):
    house.offers[:] = [offer("hailuo", usd="0.28"), offer("preview", usd="0.01")]
    async with house.running():
        assert await suggestions(house, "model", model="") == [
            ("hailuo · from 28 credits", "hailuo"),
            ("preview · from 1 credit", "preview"),
        ]
        assert [value for _, value in await suggestions(house, "model", model="prev")] == ["preview"]


async def test_only_what_the_server_allows_is_suggested(house):
    house.offers[:] = [offer("hailuo"), offer("preview")]
    house.limits = house.limits.__class__(models=frozenset({"preview"}))
    async with house.running():
        assert [value for _, value in await suggestions(house, "model", model="")] == ["preview"]
        house.ana.goes_to_dm()
        assert [value for _, value in await suggestions(house, "model", model="")] == ["hailuo", "preview"]


async def test_of_more_than_25_models_the_best_25_are_suggested(house):
    house.offers[:] = [offer(f"model-{number:02}") for number in range(40)]
    async with house.running():
        assert len(await suggestions(house, "model", model="")) == 25
        assert [value for _, value in await suggestions(house, "model", model="l-39")] == ["model-39"]


async def test_moves_are_those_of_the_chosen_model_and_several_can_be_joined(house):
    house.offers[:] = [offer("hailuo", moves=("Zoom in", "Shake")), offer("still", moves=())]
    async with house.running():
        assert [v for _, v in await suggestions(house, "camera", model="hailuo", camera="")] == ["Zoom in", "Shake"]
        assert await suggestions(house, "camera", model="still", camera="") == []
        joined = await suggestions(house, "camera", model="hailuo", camera="Shake, zo")
        assert [value for _, value in joined] == ["Shake, Zoom in"]


async def test_sizes_are_those_of_the_chosen_model(house):
    house.offers[:] = [offer("hailuo", resolution="1080P"), offer("preview")]
    async with house.running():
        assert await suggestions(house, "resolution", model="hailuo", resolution="") == [("1080P", "1080P")]


async def test_commands_that_could_not_be_handed_over_do_not_keep_people_from_being_heard(tmp_path):
    async with scene(tmp_path) as made:
        async with made.running():
            pass
        made.memory.values["discord", "commands"] = "older"
        made.discord.troubles.always(Call.SYNC_COMMANDS, refused(30034))
        async with made.running():
            await made.asks()
        assert len(made.core.heard) == 1


# ------------------------------------------------------------------------------------------------ trouble of our own


async def test_an_inbox_that_cannot_be_read_at_the_start_is_read_later(house):
    house.inbox.troubles = 2
    async with house.running():
        for _ in range(3):
            await house.clock.step()
        await house.asks()
    assert len(house.core.heard) == 1


class StubbornInbox(FakeInbox):
    """Fails to put a letter aside, the first time."""

    def __init__(self):
        super().__init__()
        self.refused = []

    async def done(self, platform, key):
        if key not in self.refused:
            self.refused.append(key)
            raise StoreTrouble("locked")
        await super().done(platform, key)


async def test_a_letter_that_cannot_be_put_aside_waits_for_the_next_start(house):
    house.inbox = StubbornInbox()
    house.chat = house.adapter()
    await house.inbox.put("discord", "discord:1", "{}")
    async with house.running():
        await house.ana.slash("video", prompt="a cat").answered()
        await house.ana.sees(lambda message: message.labels)
        await house.discord.eventually(lambda: len(house.inbox.refused) == 2)
    assert len([key for key in house.inbox.unanswered if not key.startswith(("token:", "picked:"))]) == 2
    async with house.running():
        await house.answered()
    assert len({incoming.key for incoming in house.core.heard}) == 1
    assert len(house.channel.posts) == 1


async def test_dead_tokens_are_swept_out_while_listening(house):
    async with house.running():
        await house.asks()
        assert "token" in str(house.memory.values)
        house.clock.advance(minutes=16)
        await house.discord.eventually(lambda: house.inbox.unanswered == [])
    assert "token:" not in str(house.memory.values)


async def test_a_sweep_that_fails_is_made_again(house):
    async with house.running():
        await house.asks()
        house.memory.troubles = 1
        house.clock.advance(minutes=16)
        async with asyncio.timeout(10):
            while house.inbox.unanswered:
                await house.clock.step()
    assert house.memory.troubles == 0


async def test_a_gateway_that_was_named_is_used_even_if_discord_does_not_know_about_shards(house):
    house.gateway_url = house.discord.gateway_url
    house.chat = house.adapter()
    house.discord.troubles.next(Call.GATEWAY_BOT, refused(10003))
    async with house.running():
        await house.asks()
    assert len(house.core.heard) == 1


@pytest.mark.parametrize(("left", "shards"), [(0, 1), (1, 2)])
async def test_d86_where_fewer_log_ins_are_left_today_than_connections_are_to_be_opened_all_wait(house, left, shards):
    house.discord.ask_for_shards(shards)
    house.discord.application.identifies_left = left
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(house.chat.run(house.core.receive))
        await house.discord.eventually(lambda: house.discord.exchanges_of(Call.GATEWAY_BOT))
        await asyncio.sleep(0.05)
        assert house.discord.exchanges_of(Call.ME) == []
        listening.cancel()


@pytest.mark.parametrize("code", [4013, 4014])
async def test_what_discord_will_never_take_ends_listening(house, code):
    house.discord.gateway.refuses_with = [code]
    async with asyncio.timeout(20):
        with pytest.raises(NotWelcome, match=str(code)):
            await house.chat.run(house.core.receive)


async def test_a_connection_that_discord_closed_is_opened_again(house):
    house.discord.gateway.refuses_with = [4011]
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(house.chat.run(house.core.receive))
        async with asyncio.timeout(20):
            while not house.discord.gateway.listeners:
                await house.clock.step()
        listening.cancel()


async def test_a_stop_while_the_connection_is_being_made_again_stops(house):
    house.discord.gateway.refuses_with = [4000] * 1000
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        listening = group.create_task(house.chat.run(house.core.receive))
        await house.discord.eventually(lambda: house.discord.gateway.identifies >= 2)
        listening.cancel()


async def test_nothing_is_suggested_while_the_limits_cannot_be_read(house):
    house.limits_trouble = StoreTrouble("locked")
    async with house.running():
        assert await suggestions(house, "model", model="") == []


async def test_d56_a_command_that_discord_shows_otherwise_than_it_is_gets_an_answer(house):
    async with house.running():
        for command in house.discord.application.commands[None]:
            for option in command.get("options", ()):
                option["required"] = False
        await house.ana.slash("video").answered()
        assert "Something went wrong on our side" in house.ana.seen()[-1].content
    assert house.core.heard == []
