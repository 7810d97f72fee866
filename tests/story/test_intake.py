"""What people say, and what they are answered."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta

import pytest

from bot.core.model import ButtonAction, CommunityId, LimitSet, State
from bot.core.ports import NotNow
from providers.contract import Pace
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, BEN, open_house, tariff

SERVER = CommunityId("web", "server")


def kept(folder):
    return list(folder.iterdir()) if folder.exists() else []


async def test_the_same_message_twice_starts_one_video(tmp_path):
    async with open_house(tmp_path) as house:
        first = await house.say("a cat", pictures=[b"photo"], key="web:same")
        second = await house.say("a cat", pictures=[b"photo"], key="web:same")
        await house.until(first, State.DELIVERED)

        assert (first.job, first.accepted) == (second.job, second.accepted)
        assert len(house.provider.submits) == 1
        assert len(kept(tmp_path / "images")) == 1


async def test_a_refused_photo_costs_nothing_and_keeps_nothing(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat", pictures=[b"photo", b"not a photo"])

        assert reply.text.startswith("That file is not a photo I can read.")
        assert (reply.job, await house.balance()) == (None, (100, 0))
        assert kept(tmp_path / "images") == []


async def test_what_was_repaired_is_said(tmp_path):
    async with open_house(tmp_path) as house:
        house.media.first_of_many = house.media.padded = True
        reply = await house.say("a cat", pictures=[b"photo"])

        assert (
            reply.text == "The picture was animated; I use its first frame.\nThe photo was very long, so I added edges."
        )


async def test_three_photos_are_too_many(tmp_path):
    async with open_house(tmp_path) as house:
        reply = await house.say("a cat", pictures=[b"1", b"2", b"3"])

        assert reply.text == "Two photos at most: the first frame and the last frame."


async def test_too_few_credits_are_said_with_the_way_to_more_and_the_photo_is_not_kept(tmp_path):
    async with open_house(tmp_path, prices=tariff(starting_credits=5)) as house:
        reply = await house.say("a cat", pictures=[b"photo"])

        assert reply.text == (
            "That costs 28 credits and you have 5 credits. Nothing was charged. Whoever runs this bot can give you "
            "some: reelbot credits grant web:ana 100"
        )
        assert kept(tmp_path / "images") == []


async def test_again_makes_the_same_video_with_the_same_photo(tmp_path):
    async with open_house(tmp_path) as house:
        await house.until(await house.say("a cat 10s", pictures=[b"photo"]), State.DELIVERED)
        reply = await house.say("/again")
        assert reply.text.startswith("That costs 56 credits and you have 44 credits")
        await house.give(ANA, 60)
        await house.until(await house.say("/again"), State.DELIVERED)

        first, second = house.provider.submits
        assert (first.prompt, first.seconds) == (second.prompt, second.seconds) == ("a cat", 10)
        assert second.first_frame.path.read_bytes() == b"photo"


async def test_edit_gives_back_a_text_that_makes_the_same_video(tmp_path):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat [Zoom in]", pictures=[b"photo"])
        await house.until(made, State.DELIVERED)
        edited = await house.say(f"/edit {made.job}")
        assert edited.compose == (f"/video model=hailuo-02 seconds=6 resolution=768P photo={made.job} a cat [Zoom in]")
        await house.until(await house.say(f"{edited.compose} purring"), State.DELIVERED)

        assert house.provider.submits[1].prompt == "a cat [Zoom in] purring"
        assert house.provider.submits[1].first_frame.path.read_bytes() == b"photo"


async def test_a_photo_that_is_no_longer_kept_is_said(tmp_path):
    async with open_house(tmp_path) as house:
        await house.until(await house.say("a cat", pictures=[b"photo"]), State.DELIVERED)
        for photo in (tmp_path / "images").iterdir():
            photo.unlink()

        assert (await house.say("/again")).text.startswith("I no longer have that photo: photos are kept for 7 days.")


@pytest.mark.parametrize("command", ["job", "again", "edit", "cancel", "delete", "yes", "no"])
async def test_another_persons_video_looks_like_none_at_all(tmp_path, command):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat")
        reply = await house.say(f"/{command} {made.job}", user=BEN)

        assert reply.text == f"You have no video with the id {made.job}. /jobs lists yours."


async def test_without_any_video_the_answers_say_so(tmp_path):
    async with open_house(tmp_path) as house:
        assert (await house.say("/job")).text.startswith("You have not made a video yet.")
        assert (await house.say("/jobs")).text.startswith("You have not made a video yet.")
        assert (await house.say("/again")).text.startswith("You have not made a video yet.")
        assert (await house.say("/cancel")).text == "None of your videos is being made right now."


async def test_job_shows_what_is_under_way_and_cancel_comes_too_late_at_the_end(tmp_path):
    provider = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with open_house(tmp_path, providers=[provider]) as house:
        made = await house.say("a cat")
        shown = await house.say(f"/job {made.job}")
        assert (shown.note.state, shown.note.buttons[0].action) == (State.QUEUED, ButtonAction.CANCEL)
        assert (await house.say(f"/delete {made.job}")).text == "That video is still under way."
        await house.say(f"/cancel {made.job}")
        await house.until(made, State.CANCELLED)

        assert (await house.say(f"/cancel {made.job}")).text == "That video has already ended."
        assert (await house.say(f"/delete {made.job}")).text == "There is no clip to delete."


async def test_delete_removes_the_clip_and_gives_nothing_back(tmp_path):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat")
        job = await house.until(made, State.DELIVERED)
        reply = await house.say(f"/delete {made.job}")

        assert reply.text == "Deleted."
        assert not house.files.clip(job.clip.file).exists()
        assert (house.platform.shown[-1][1].headline, house.platform.shown[-1][1].buttons) == ("Deleted.", ())
        assert await house.balance() == (72, 0)
        assert (await house.say(f"/job {made.job}")).text.startswith("I no longer have that clip")


async def test_jobs_lists_the_latest_first(tmp_path):
    async with open_house(tmp_path) as house:
        await house.until(await house.say("a cat " + "very " * 30), State.DELIVERED)
        house.clock.advance(minutes=1)
        await house.until(await house.say("a dog"), State.DELIVERED)
        lines = (await house.say("/jobs")).text.splitlines()

        assert lines[0] == "Your latest videos:"
        assert lines[1].endswith("· done · a dog")
        assert lines[2].endswith("…")


async def test_credits_tells_balance_holds_next_price_refill_and_receipts(tmp_path):
    async with open_house(tmp_path, prices=tariff(starting_credits=50, daily_credits=60), running=False) as house:
        await house.say("/credits")
        house.clock.advance(minutes=1)
        made = await house.say("a cat")
        lines = (await house.say("/credits")).text.splitlines()

        assert lines[:4] == [
            "You have 32 credits.",
            "28 credits more are held for videos under way.",
            "The next video costs from 28 credits.",
            "Each day your balance is filled up to 60 credits.",
        ]
        assert lines[4].endswith(f"28 credits set aside for video {made.job}")
        assert lines[5].endswith("10 credits received (daily refill)")


async def test_the_daily_refill_comes_once_a_day(tmp_path):
    async with open_house(tmp_path, prices=tariff(starting_credits=0, daily_credits=30)) as house:
        await house.until(await house.say("a cat"), State.DELIVERED)
        await house.say("/credits")
        assert await house.balance() == (2, 0)
        house.clock.advance(days=1)
        await house.say("/credits")
        assert await house.balance() == (30, 0)


async def test_models_help_and_privacy_tell_what_is_there(tmp_path):
    async with open_house(tmp_path) as house:
        models = (await house.say("/models")).text
        assert "hailuo-02: 768P 6 s 28 credits, 10 s 56 credits, 1080P 6 s 150 credits" in models
        assert "(from text, from a photo, from first and last frame)" in models
        assert "Zoom in" in models
        assert "/video – Make a video" in (await house.say("/help")).text  # noqa: RUF001 typography
        assert "acme" in (await house.say("/privacy")).text


async def test_language_lists_sets_and_refuses(tmp_path):
    async with open_house(tmp_path) as house:
        assert (await house.say("/language")).text == (
            "I speak: English (en), Deutsch (de), Español (es), 简体中文 (zh). Choose with /language and the code."
        )
        assert (await house.say("/language de")).text == "Ab jetzt spreche ich Deutsch mit dir."
        assert (await house.say("/language tlh")).text.startswith("„tlh“ spreche ich nicht.")
        assert (await house.say("/language 简体中文")).text == "从现在起，我和你说中文。"  # noqa: RUF001 as it is written
        assert (await house.say("/language ES-MX")).text == "A partir de ahora te hablo en español."
        assert (await house.say("/language english")).text == "From now on I speak English with you."


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a bird [Fly away] [Zoom in]", "“[Fly away]” is no camera move, so I read it as part of the story. "),
        ("a bird [Zoom in]", ""),
    ],
)
async def test_a_bracket_that_is_no_camera_move_is_said_to_be_read_as_words(tmp_path, prompt, said):
    async with open_house(tmp_path) as house:
        for pictures in ((), (b"photo",)):
            reply = await house.say(prompt, pictures=pictures)
            assert (reply.accepted, reply.text.startswith(said), bool(reply.text)) == (True, True, bool(said))
            assert (await house.job(reply)).request.prompt == prompt


def opened(paper):
    """What an export holds: its document, and its files by name."""
    assert paper.name == "reelbot-export.zip"
    with zipfile.ZipFile(io.BytesIO(paper.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("reelbot.json")), files


async def test_export_hands_over_everything_as_one_file(tmp_path):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat", pictures=[b"picture"])
        job = await house.until(made, State.DELIVERED)
        await house.store.add(ANA.id, "said", '{"text": "a cat"}')
        reply = await house.say("/export")
        document, files = opened(reply.paper)

        assert reply.text.startswith("Here is everything I have of you: ")
        assert document["user"] == "web:ana"
        assert [video["prompt"] for video in document["videos"]] == ["a cat"]
        assert {line["kind"] for line in document["ledger"]} == {"grant", "hold", "spend"}
        assert [message["content"] for message in document["messages"]] == [{"text": "a cat"}]
        assert files.keys() == {f"pictures/{job.request.first_frame}", f"clips/{job.clip.file}"}
        assert files[f"clips/{job.clip.file}"] == await asyncio.to_thread(house.files.clip(job.clip.file).read_bytes)


async def test_an_export_that_a_chat_does_not_take_whole_names_what_is_missing(tmp_path):
    async with open_house(tmp_path) as house:
        old, new = [await house.until(await house.say("a cat"), State.DELIVERED) for _ in range(2)]
        for job, size in ((old, 3_000), (new, 50_000)):
            await asyncio.to_thread(house.files.clip(job.clip.file).write_bytes, b"x" * size)
        house.platform.room = 20_000
        reply = await house.say("/export")
        document, files = opened(reply.paper)

        assert reply.text.startswith("Here is everything I have of you, but for 1 of the pictures and clips")
        assert len(reply.paper.content) <= 20_000
        assert document["files_left_out"] == [f"clips/{new.clip.file}"]
        assert files.keys() == {f"clips/{old.clip.file}"}


async def test_words_that_are_no_longer_kept_make_no_video_and_are_said_to_be_gone(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        house.clock.advance(days=8)
        await house.store.expired_files(house.clock.now() - timedelta(days=7))

        for asked in ("again", "edit"):
            reply = await house.say(f"/{asked} {job.id}")
            assert (reply.accepted, reply.compose) == (False, None)
            assert reply.text == (
                "I no longer have the words of that video: they are kept for 7 days. Please write anew."
            )


async def test_an_export_leaves_out_what_is_no_longer_kept_and_asks_no_chat_that_is_not_there(tmp_path):
    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        await house.files.remove_clips([job.clip.file])
        house.desk.platforms.clear()
        document, files = opened((await house.say("/export")).paper)

        assert (files, document["files_left_out"]) == ({}, [])
        assert document["videos"][0]["clip"] == job.clip.file


async def test_an_export_to_a_chat_that_does_not_say_what_it_takes_is_small(tmp_path):
    async def silent(place):
        raise NotNow(5)

    async with open_house(tmp_path) as house:
        job = await house.until(await house.say("a cat"), State.DELIVERED)
        await asyncio.to_thread(house.files.clip(job.clip.file).write_bytes, b"x" * 9_000_000)
        house.platform.most_bytes = silent
        document, _ = opened((await house.say("/export")).paper)

        assert document["files_left_out"] == [f"clips/{job.clip.file}"]


async def test_forget_asks_first_and_then_erases_while_the_books_stay_sound(tmp_path):
    async with open_house(tmp_path) as house:
        made = await house.say("a cat", pictures=[b"photo"])
        await house.until(made, State.DELIVERED)
        assert "/forget yes" in (await house.say("/forget")).text
        assert (await house.say("/forget yes")).text.startswith("It is all erased.")

        assert kept(tmp_path / "images") == []
        assert kept(tmp_path / "clips") == []
        assert (await house.job(made)).request.prompt == ""
        assert await house.books_balance()


async def test_a_communitys_limits_are_taken_with_the_hold_and_named_in_the_refusal(tmp_path):
    async with open_house(tmp_path) as house:
        await house.store.set_limits(SERVER, LimitSet(member_daily=30), "test")
        await house.until(await house.say("a cat", community=SERVER), State.DELIVERED)
        refused = await house.say("a dog", community=SERVER)

        assert refused.text == (
            "You may spend 30 credits a day here; you have 2 credits left and this costs 28 credits. "
            "It starts afresh at 2026-11-22 00:00 UTC (in 15 hours). Nothing was charged."
        )
        assert (await house.say("a bird", user=BEN, community=SERVER)).accepted


async def test_models_and_channels_that_admins_do_not_allow_are_refused(tmp_path):
    async with open_house(tmp_path) as house:
        limits = LimitSet(models=frozenset({"live"}), channels=frozenset({"videos"}))
        await house.store.set_limits(SERVER, limits, "test")

        assert "do not allow videos in this channel" in (await house.say("x", community=SERVER, channel="talk")).text
        assert "do not allow hailuo-02" in (await house.say("x", community=SERVER, channel="videos")).text


async def test_limits_bound_how_many_run_at_once(tmp_path):
    provider = FakeProvider(pace=Pace(submits_per_minute=60, at_once=0))
    async with open_house(tmp_path, providers=[provider]) as house:
        first = await house.say("a cat", community=SERVER)
        assert (await house.say("a dog", community=SERVER)).accepted
        refused = await house.say("a bird", community=SERVER)
        assert refused.text.startswith("You may have 2 videos under way here at once.")
        await house.say(f"/cancel {first.job}")
        await house.until(first, State.CANCELLED)

        await house.give(ANA, 100)
        assert (await house.say("a bird", community=SERVER)).accepted


async def test_learned_durations_make_the_promise(tmp_path):
    provider = FakeProvider(pace=Pace(submits_per_minute=60, at_once=1))
    async with open_house(tmp_path, providers=[provider]) as house:
        for seconds in (50, 60, 70, 80, 90):
            await house.store.learn("acme/Acme-1", seconds)
        await house.until(await house.say("a cat"), State.DELIVERED, most=timedelta(minutes=10))

        headlines = {note.headline for _, note in house.platform.shown}
        assert any(line.startswith("Being made, about ") for line in headlines), headlines


async def test_where_nobody_carries_jobs_the_first_note_is_left_to_whoever_does(tmp_path):
    async with open_house(tmp_path, running=False) as house:
        assert (await house.say("a cat")).elsewhere
