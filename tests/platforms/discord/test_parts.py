"""The small parts by themselves: text, tokens, edits, places, pictures."""

import asyncio
import errno
import json
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.core.commands import BadCommand
from bot.core.model import ButtonAction, CommunityId, JobId, Place, State, UserId
from bot.core.ports import BadPicture, NotNow, PlaceGone
from bot.platforms.discord.asked import Attached
from bot.platforms.discord.cards import bar, card
from bot.platforms.discord.detours import Detours
from bot.platforms.discord.markdown import excerpt, pages, plain, timed
from bot.platforms.discord.pace import Pace
from bot.platforms.discord.passes import Pass, Passes
from bot.platforms.discord.picked import Picked
from bot.platforms.discord.pictures import Fetcher
from bot.platforms.discord.places import Spot, spoken_of, spot_of
from bot.platforms.discord.verify import PERMISSIONS, verify
from bot.platforms.discord.wishes import Choices, joined, split_compose, video_text
from tests.fakes.clock import FakeClock
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.trouble import broken
from tests.fakes.discord.world import May
from tests.fakes.files import FolderFiles
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.platforms.discord.stage import JOB, note, scene

SPOT = Spot(asker=1, channel=2, interaction=3)

# ------------------------------------------------------------------------------------------------ text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a *cat* _smiling_", "a \\*cat\\* \\_smiling\\_"),
        ("||secret|| `code`", "\\|\\|secret\\|\\| \\`code\\`"),
        ("<#123> <t:1:R> </video:1>", "\\<#123> \\<t:1:R> \\</video:1>"),
        ("[click](https://evil.example)", "\\[click](https://evil.example)"),
        ("# loud", "\\# loud"),
    ],
)
def test_markdown_is_shown_and_not_followed(typed, shown):
    assert plain(typed) == shown


def test_mentions_are_broken():
    assert "@everyone" not in plain("@everyone")
    assert "<@123456789012345678>" not in plain("<@123456789012345678>")


def test_an_excerpt_is_one_line_and_says_that_it_is_cut():
    assert excerpt("a\n\ncat", 10) == "a cat"
    assert excerpt("a long long cat", 6) == "a lon…"


def test_pages_break_between_lines_where_there_are_any():
    assert pages("one\ntwo\nthree", 8) == ["one\ntwo", "three"]
    assert pages("abcdefgh", 3) == ["abc", "def", "gh"]
    assert pages("", 3) == [""]


def test_a_bar_shows_how_far_it_is():
    assert bar(30.0) == "▰▰▰▱▱▱▱▱▱▱ 30 %"


def test_a_card_shows_progress_while_it_lasts():
    text = json.dumps(card(note(State.RENDERING, percent=50.0), 1).to_components(), ensure_ascii=False)
    assert "▰▰▰▰▰▱▱▱▱▱ 50 %" in text
    assert "▰" not in json.dumps(card(note(State.FAILED, percent=50.0), 1).to_components(), ensure_ascii=False)


# ------------------------------------------------------------------------------------------------ wishes


def test_options_go_behind_the_prompt():
    assert video_text("a cat", Choices("m", 6, "768P", None)) == "a cat model=m seconds=6 resolution=768P"


def test_brackets_around_a_move_are_not_needed():
    assert video_text("a cat", Choices(camera="[Zoom in]")) == "a cat [Zoom in]"


def test_a_value_is_one_word_whatever_was_typed():
    assert video_text("a cat", Choices(model="m seconds=99")) == "a cat model=m-seconds=99"


@pytest.mark.parametrize("camera", ["Somersault", "Zoom in, Somersault"])
def test_what_is_no_move_is_refused(camera):
    with pytest.raises(BadCommand):
        video_text("a cat", Choices(camera=camera))


def test_a_prompt_and_its_choices_come_apart_and_together_again():
    options, prompt = split_compose("/video model=m seconds=6 resolution=768P a cat, lasting 10s")
    assert (options, prompt) == ("model=m seconds=6 resolution=768P", "a cat, lasting 10s")
    assert joined(options, prompt) == "/video a cat, lasting 10s model=m seconds=6 resolution=768P"
    assert split_compose("/video model=m") == ("model=m", "")
    assert split_compose("/video model=m spoiler=on a cat") == ("model=m spoiler=on", "a cat")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("from 2026-11-22 00:00 UTC (in 5 hours) on", "from <t:1795305600:f> (<t:1795305600:R>) on"),
        ("2026-11-22 00:00 UTC · 28 credits", "<t:1795305600:f> · 28 credits"),
        ("2026-13-40 00:00 UTC and 2026-11-22", "2026-13-40 00:00 UTC and 2026-11-22"),
    ],
)
def test_moments_are_shown_by_each_readers_own_clock(said, shown):
    assert timed(plain(said)) == shown


# ------------------------------------------------------------------------------------------------ places


def test_a_place_says_where_and_nothing_secret():
    place = Spot(asker=1, channel=2, parent=3, named=3, guild=4, posts=True, interaction=5, message=6).place()
    assert (place.channel, place.age_restricted) == ("3", False)
    assert Spot(asker=1, channel=2, guild=4, nsfw=True, interaction=5).place().age_restricted
    assert Spot(asker=1, channel=2, interaction=5).place().age_restricted is None
    assert spot_of(place).message == 6
    assert len(place.address) < 200


def test_a_place_of_another_chat_is_none_here():
    with pytest.raises(PlaceGone):
        spot_of(Place("web", "{}"))


@pytest.mark.parametrize("handle", [None, "", "12", "a/b", "1/"])
def test_what_is_no_handle_names_no_message(handle):
    assert spoken_of(handle) is None


async def never(_community):
    raise AssertionError("nobody asked for limits")


async def test_a_private_detour_covers_nothing():
    assert not await Detours(memory=FakeMemory(), limits_of=never).covered(Spot(asker=1, channel=2, interaction=5))


async def test_a_detour_that_cannot_be_read_is_none():
    memory = FakeMemory()
    detours = Detours(memory=memory, limits_of=never)
    await memory.keep("discord", f"detour:{JOB}", "{}")
    assert await detours.of(JOB) is None


# ------------------------------------------------------------------------------------------------ tokens


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def inbox():
    return FakeInbox()


@pytest.fixture
def memory():
    return FakeMemory()


@pytest.fixture
def passes(memory, inbox, clock):
    return Passes(memory=memory, inbox=inbox, clock=clock)


def token(passes, clock, secret="the-token"):
    return Pass(application=1, token=secret, until=passes.expiry(clock.now()), most_bytes=10)


async def test_a_token_lives_a_quarter_of_an_hour_and_is_erased_then(passes, clock, memory, inbox):
    await passes.keep(7, token(passes, clock))
    clock.advance(minutes=13)
    assert (await passes.of(7)).token.get_secret_value() == "the-token"
    clock.advance(minutes=2)
    await passes.sweep()
    assert "the-token" not in str(memory.values)
    assert inbox.unanswered == []
    assert await passes.of(7) is None


async def test_a_token_is_found_by_another_process(passes, clock, memory, inbox):
    await passes.keep(7, token(passes, clock))
    assert await Passes(memory=memory, inbox=inbox, clock=clock).of(7) is not None


async def test_a_token_is_erased_even_if_we_crashed_before_it_died(passes, clock, memory, inbox):
    await passes.keep(7, token(passes, clock))
    clock.advance(minutes=15)
    after = Passes(memory=memory, inbox=inbox, clock=clock)
    for letter in await inbox.waiting("discord"):
        await after.remind(letter.key)
    assert "the-token" not in str(memory.values)
    assert inbox.unanswered == []


async def test_a_token_that_still_lives_after_a_crash_stays_until_it_dies(passes, clock, memory, inbox):
    await passes.keep(7, token(passes, clock))
    after = Passes(memory=memory, inbox=inbox, clock=clock)
    await after.remind("token:7")
    assert await after.of(7) is not None
    clock.advance(minutes=15)
    await after.sweep()
    assert inbox.unanswered == []


async def test_a_token_that_cannot_be_read_is_none(passes, memory):
    await memory.keep("discord", "token:7", "{}")
    assert await passes.of(7) is None


def test_a_token_is_not_printed(passes, clock):
    assert "the-token" not in repr(token(passes, clock))


async def test_d80_a_dead_token_is_forgotten_wherever_it_is(passes, clock, memory, inbox):
    one, other = token(passes, clock), token(passes, clock, "another")
    await passes.keep(7, one)
    passes.keep_pressed(8, one)
    passes.keep_pressed(9, other)
    await passes.bury(one)
    assert passes.is_dead(one)
    assert (await passes.of(7), passes.of_pressed(8), passes.of_pressed(9)) == (None, None, other)
    assert ("the-token" in str(memory.values), inbox.unanswered) == (False, [])


async def test_a_dead_token_that_cannot_be_erased_yet_is_erased_by_the_next_sweep(passes, clock, memory, inbox):
    await passes.keep(7, token(passes, clock))
    memory.troubles = 1
    await passes.bury(token(passes, clock))
    assert passes.is_dead(token(passes, clock))
    clock.advance(minutes=15)
    await passes.sweep()
    assert (memory.values, inbox.unanswered) == ({}, [])
    assert not passes.is_dead(token(passes, clock))


async def test_pictures_of_a_dialog_are_erased_even_if_we_crashed_meanwhile(clock, memory, inbox):
    await Picked(memory=memory, inbox=inbox, clock=clock).keep(7, (Attached(url="https://cdn.example/cat.png"),))
    after = Picked(memory=memory, inbox=inbox, clock=clock)
    await after.remind("picked:7")
    assert [one.url for one in await after.of(7)] == ["https://cdn.example/cat.png"]
    clock.advance(minutes=31)
    assert await after.of(7) == ()
    await after.sweep()
    assert (memory.values, inbox.unanswered) == ({}, [])


async def test_pictures_that_cannot_be_read_are_erased_at_the_next_start(clock, memory, inbox):
    await inbox.put("discord", "picked:7", "")
    await memory.keep("discord", "picked:7", "nonsense")
    after = Picked(memory=memory, inbox=inbox, clock=clock)
    assert await after.of(7) == ()
    await after.remind("picked:7")
    assert (memory.values, inbox.unanswered) == ({}, [])


async def test_a_clicks_token_is_forgotten_when_it_died(passes, clock):
    passes.keep_pressed(9, token(passes, clock))
    assert passes.of_pressed(9) is not None
    clock.advance(minutes=15)
    assert passes.of_pressed(9) is None
    await passes.sweep()
    assert passes.of_pressed(9) is None


# ------------------------------------------------------------------------------------------------ edits


def rendering(percent, **changes):
    return note(State.RENDERING, f"Being made, {percent} %.", percent=float(percent), **changes)


def test_d81_progress_is_drawn_every_few_seconds_at_most(clock):
    pace = Pace(clock=clock)
    assert pace.is_due(rendering(10))
    pace.drew(rendering(10))
    clock.advance(seconds=3)
    assert not pace.is_due(rendering(20))
    clock.advance(seconds=3)
    assert pace.is_due(rendering(20))


def test_nothing_new_is_not_drawn_again(clock):
    pace = Pace(clock=clock)
    pace.drew(rendering(10))
    clock.advance(minutes=5)
    assert not pace.is_due(rendering(10))


def test_a_new_state_or_another_button_is_drawn_at_once(clock):
    pace = Pace(clock=clock)
    pace.drew(rendering(10))
    assert pace.is_due(note(State.FETCHING, "Finished."))
    assert pace.is_due(rendering(11, buttons=()))


def test_d17_an_old_message_is_edited_rarely(clock):
    pace = Pace(clock=clock)
    pace.drew(rendering(10))
    clock.advance(hours=2)
    assert pace.is_due(rendering(20))
    pace.drew(rendering(20))
    clock.advance(minutes=5)
    assert not pace.is_due(note(State.FETCHING, "Finished."))
    clock.advance(minutes=6)
    assert pace.is_due(note(State.FETCHING, "Finished."))


def test_the_oldest_edits_are_forgotten(clock, monkeypatch):
    monkeypatch.setattr("bot.platforms.discord.pace.REMEMBERED", 1)
    pace = Pace(clock=clock)
    pace.drew(rendering(10))
    pace.drew(rendering(10, job=JobId("bbbbbbbbbb")))
    assert not pace.knows(JOB)


# ------------------------------------------------------------------------------------------------ pictures


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "https://evil.example/?https://cdn.discordapp.com/a.png",
        "http://127.0.0.1:1/a.png",
        "file:///etc/passwd",
        "https://user@evil.example/cdn.discordapp.com",
    ],
)
async def test_d37_only_discords_hosts_are_asked(tmp_path, url):
    fetcher = Fetcher(files=FolderFiles(tmp_path), api_base="https://discord.com/api/v10")
    with pytest.raises(BadPicture, match="picture_not_loaded"):
        await fetcher.fetch([Attached(url=url)], tmp_path)


async def test_a_redirect_is_not_followed(tmp_path):
    async def lead_away(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/secret\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(lead_away, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    fetcher = Fetcher(files=FolderFiles(tmp_path), api_base=f"http://127.0.0.1:{port}/api")
    with pytest.raises(BadPicture, match="picture_not_loaded"):
        await fetcher.fetch([Attached(url=f"http://127.0.0.1:{port}/a.png")], tmp_path)
    server.close()
    await server.wait_closed()


async def test_a_picture_that_never_ends_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.platforms.discord.pictures.MOST_FILE_BYTES", 1000)
    async with scene(tmp_path) as made:
        stored = made.discord.world.store(_photo(2000), made.channel)
        fetcher = Fetcher(files=made.files, api_base=made.discord.api_base)
        with pytest.raises(BadPicture, match="picture_too_large_file"):
            await fetcher.fetch([Attached(url=stored.url)], tmp_path)


async def test_a_picture_for_which_the_disk_has_no_room_is_not_loaded_and_no_bug(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.platforms.discord.pictures.PAUSE_SECONDS", 0)
    async with scene(tmp_path) as made:
        stored = made.discord.world.store(_photo(100), made.channel)
        fetcher = Fetcher(files=FullDisk(tmp_path), api_base=made.discord.api_base)
        with pytest.raises(BadPicture, match="picture_not_loaded"):
            await fetcher.fetch([Attached(url=stored.url)], tmp_path)


class FullDisk(FolderFiles):
    """Takes nothing any more."""

    async def receive(self, stream, into, most_bytes):
        raise OSError(errno.ENOSPC, "No space left on device")


def _photo(size):
    return Picture("cat.png", bytes(size))


async def test_a_private_set_up_may_keep_pictures_on_another_port(tmp_path):
    async with scene(tmp_path) as made:
        stored = made.discord.world.store(_photo(100), made.channel)
        strict = Fetcher(files=made.files, api_base="http://127.0.0.1:1/api")
        with pytest.raises(BadPicture):
            await strict.fetch([Attached(url=stored.url)], tmp_path)
        private = Fetcher(files=made.files, api_base="http://127.0.0.1:1/api", any_port=True)
        [path] = await private.fetch([Attached(url=stored.url)], tmp_path)
        assert await asyncio.to_thread(path.read_bytes) == bytes(100)


# ------------------------------------------------------------------------------------------------ rights


async def may_manage(made, person):
    community = CommunityId("discord", str(made.guild.id))
    return await made.chat.rights.may_manage(community, UserId("discord", str(person.user.id)))


async def test_d64_d65_d66_who_may_manage_the_server_is_asked_of_discord(tmp_path):
    async with scene(tmp_path) as made:
        made.guild.members[made.ana.user.id].roles.append(made.guild.role("boss", May.MANAGE_GUILD))
        assert await may_manage(made, made.ana)
        assert not await may_manage(made, made.ben)


async def test_the_owner_may_and_a_stranger_may_not(tmp_path):
    async with scene(tmp_path) as made:
        made.guild.owner = made.ben.user
        assert await may_manage(made, made.ben)
        assert not await may_manage(made, made.discord.person("carl"))


async def test_d66_a_right_that_was_taken_away_is_gone_within_a_moment(tmp_path):
    async with scene(tmp_path) as made:
        roles = made.guild.members[made.ana.user.id].roles
        roles.append(made.guild.role("boss", May.MANAGE_GUILD))
        assert await may_manage(made, made.ana)
        roles.clear()
        made.clock.advance(seconds=timedelta(seconds=21).seconds)
        assert not await may_manage(made, made.ana)
        asked = len(made.discord.exchanges_of(Call.GET_MEMBER))
        assert not await may_manage(made, made.ana)
        assert len(made.discord.exchanges_of(Call.GET_MEMBER)) == asked


async def test_while_discord_does_not_say_nobody_is_called_an_admin(tmp_path):
    async with scene(tmp_path) as made:
        made.discord.troubles.always(Call.GET_GUILD, broken(503))
        with pytest.raises(OSError, match="503"):
            await may_manage(made, made.ana)


async def test_d80_a_refused_token_is_left_alone_for_a_while(tmp_path):
    async with scene(tmp_path) as made:
        token, made.discord.token = made.discord.token, "another"
        for _ in range(3):
            with pytest.raises(NotNow):
                await may_manage(made, made.ana)
        assert len(made.discord.exchanges_of(Call.ME)) == 1
        made.discord.token = token
        made.clock.advance(minutes=3)
        assert not await may_manage(made, made.ana)


# ------------------------------------------------------------------------------------------------ check


async def test_check_says_who_we_are_and_how_to_invite_us(tmp_path):
    async with scene(tmp_path) as made:
        findings = await verify(token=SecretStr(TOKEN), api_base=made.discord.api_base)
    words = " ".join(words for _, words in findings)
    assert all(fine for fine, _ in findings)
    assert "logged in as" in words
    assert f"permissions={PERMISSIONS.value}" in words
    assert "integration_type=0" in words
    assert "integration_type=1" in words


async def test_check_says_that_the_token_is_wrong(tmp_path):
    async with scene(tmp_path) as made:
        made.discord.token = "another"
        [(fine, words)] = await verify(token=SecretStr(TOKEN), api_base=made.discord.api_base)
    assert not fine
    assert "DISCORD_TOKEN is not accepted" in words


async def test_check_says_what_has_to_be_changed_in_the_portal(tmp_path):
    async with scene(tmp_path) as made:
        shape = made.discord.application.application(None, None)
        shape |= {
            "interactions_endpoint_url": "https://elsewhere.example",
            "bot_public": False,
            "integration_types_config": {"0": {}},
        }
        made.discord._calls[Call.OAUTH_APPLICATION] = lambda _request, _body: shape
        findings = await verify(token=SecretStr(TOKEN), api_base=made.discord.api_base)
    assert [fine for fine, _ in findings] == [True, False, True, True, True, True]
    words = " ".join(words for _, words in findings)
    assert "Interactions Endpoint URL" in words
    assert "only its owner can invite" in words
    assert "User Install" in words


async def test_check_says_that_discord_cannot_be_reached():
    [(fine, words)] = await verify(token=SecretStr("a.b.c"), api_base="http://127.0.0.1:1/api")
    assert not fine
    assert "cannot be asked" in words


def test_a_button_needs_no_more_than_its_id():
    text = json.dumps(card(note(buttons=(ButtonAction.CANCEL,)), 42).to_components())
    assert f"reel:cancel:{JOB}:42" in text
    assert SPOT.place().channel == ""
