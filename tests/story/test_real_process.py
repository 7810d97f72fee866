"""Every ending once more, through a real process, a real HTTP page and a real API that may misbehave."""

import asyncio
import io
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest

from tests.crash.starting import ROOT, bot, reelbot_json, sound
from tests.fakes.loopback import Submit, VideoApi, tiny_clip
from tests.fakes.person import Person

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]

ALL_BACK = "You have 100 credits."
CHARGED_ONCE = "You have 72 credits."


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> bytes:
    return tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def api(clip) -> VideoApi:
    return VideoApi(clip)


@pytest.fixture(autouse=True)
def the_command_line_looks_into_the_same_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


@asynccontextmanager
async def running(folder: Path, api: VideoApi, **settings):
    """The API, a person and the bot's process; the books have to be sound when the story is over."""
    async with api.serve() as url, Person() as person:
        async with bot(folder, url, settings=settings, measured=True) as one:
            yield person, one.address
            assert await sound(folder)
        assert one.process.returncode == 0


def receipt(note: dict) -> str:
    return note["details"][-1]


def frames(content: bytes) -> int:
    with av.open(io.BytesIO(content)) as container:
        return sum(1 for _ in container.decode(video=0))


async def test_delivered_the_clip_can_be_downloaded_and_is_charged_once(tmp_path, api):
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"delivered"})
        content = await person.download(address, note["clip"]["url"])

        assert note["headline"] == "Here is your video."
        assert receipt(note) == f"Charged 28 credits · {note['job']}"
        assert [button["label"] for button in note["buttons"]] == ["Again", "Edit prompt", "Delete"]
        assert await asyncio.to_thread(frames, content) == 6
        assert await person.credits(address) == CHARGED_ONCE
        assert api.submits == {note["job"]: 1}


async def test_failed_by_its_content_before_it_was_made(tmp_path, api):
    api.on_submit = Submit.REFUSE
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"failed"})

        assert note["headline"] == "The video service refused this wish because of its content."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert (note["ended"], note["clip"]) == (True, None)
        assert await person.credits(address) == ALL_BACK
        assert (api.knocks, api.submits) == (1, {})


async def test_failed_while_it_was_made(tmp_path, api):
    api.fails = True
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"failed"})

        assert note["headline"] == "The video service failed to make this video. Please try again."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {note["job"]: 1}


async def test_failed_because_what_came_is_no_video(tmp_path, api):
    api.clip = b"<html><title>Not found</title></html>"
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"failed"})

        assert note["headline"] == "The video service failed to make this video. Please try again."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert note["clip"] is None
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {note["job"]: 1}
        assert not list(tmp_path.glob("clips/*"))


async def test_cancelled_before_the_paid_call(tmp_path, api):
    api.on_submit = Submit.BE_BUSY
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"queued"})
        await asyncio.wait_for(api.knocked.wait(), 30)
        note = await person.follow(address, until={"queued"})
        assert await person.credits(address) == "You have 72 credits. 28 credits more are held for videos under way."
        await person.click(address, note, "Cancel")
        note = await person.follow(address, until={"cancelled"})

        assert note["headline"] == "Stopped, as you asked."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert await person.credits(address) == ALL_BACK
        assert (api.knocks, api.submits) == (1, {})


async def test_cancelled_too_late_is_said_and_delivered_and_charged(tmp_path, api):
    api.ready = False
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"rendering"})
        await person.click(address, note, "Cancel")
        too_late = "It could not be stopped any more: the video will come and be charged."
        async with asyncio.timeout(30):
            while too_late not in note["details"]:
                note = await person.follow(address, until={"rendering"})
        assert note["buttons"] == []
        api.ready = True
        note = await person.follow(address, until={"delivered"})

        assert receipt(note) == f"Charged 28 credits · {note['job']}"
        assert note["clip"]
        assert await person.credits(address) == CHARGED_ONCE
        assert api.submits == {note["job"]: 1}


async def test_unsure_costs_nothing_and_an_operator_who_finds_the_task_heals_it(tmp_path, api):
    api.on_submit = Submit.HANG_UP
    async with running(tmp_path, api) as (person, address):
        note = await person.ask_and_follow(address, until={"unsure"})
        job = note["job"]
        assert "nobody knows whether it will be made" in note["headline"]
        assert receipt(note) == f"Not charged, 28 credits given back · {job}"
        assert await person.credits(address) == ALL_BACK

        settled = await reelbot_json(tmp_path, "jobs", "settle", job, "--ticket", f"{job}-1")
        assert (settled["state"], settled["ticket"]) == ("rendering", f"{job}-1")
        note = await person.follow(address, until={"delivered"})

        content = await person.download(address, note["clip"]["url"])
        assert await asyncio.to_thread(frames, content) == 6
        assert receipt(note) == f"Not charged, 28 credits given back · {job}"
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {job: 1}


async def test_overdue_gives_the_credits_back_and_a_late_clip_is_free(tmp_path, api):
    api.ready = False
    async with running(tmp_path, api, JOB_DEADLINE="2s") as (person, address):
        note = await person.ask_and_follow(address, until={"overdue"})
        assert note["headline"] == "This takes far too long. If the video still arrives, you get it free."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert await person.credits(address) == ALL_BACK

        api.ready = True
        note = await person.follow(address, until={"delivered"})
        assert note["clip"]
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {note["job"]: 1}


async def test_undelivered_when_the_clip_is_gone_after_a_crash(tmp_path, api):
    async with api.serve() as url, Person() as person:
        async with bot(tmp_path, url, die_at="delivering", measured=True) as first:
            await person.visit(first.address)
            job = await person.ask(first.address)
            await asyncio.wait_for(first.process.wait(), 60)
            assert (await first.process.stdout.read()).decode() == "died when delivering\n"
        (tmp_path / "clips" / f"{job}.mp4").unlink()
        async with bot(tmp_path, url, measured=True) as second:
            note = await person.follow(second.address, until={"undelivered"})

            assert note["headline"] == "The clip is no longer there."
            assert receipt(note) == f"Not charged, 28 credits given back · {job}"
            assert await person.credits(second.address) == ALL_BACK
            assert await sound(tmp_path)
    assert api.submits == {job: 1}


async def test_asking_first_and_a_no_costs_nothing(tmp_path, api):
    async with running(tmp_path, api, CONFIRM_ABOVE="10") as (person, address):
        note = await person.ask_and_follow(address, until={"asking"})
        assert note["headline"] == "This video costs 28 credits. Shall I make it?"
        assert [button["label"] for button in note["buttons"]] == ["Yes, make it", "No"]
        assert await person.credits(address) == ALL_BACK
        await person.click(address, note, "No")
        note = await person.follow(address, until={"cancelled"})

        assert (note["headline"], receipt(note)) == ("Not made.", f"Not charged · {note['job']}")
        assert await person.credits(address) == ALL_BACK
        assert (api.knocks, api.submits) == (0, {})


async def test_asking_first_and_a_yes_makes_it(tmp_path, api):
    async with running(tmp_path, api, CONFIRM_ABOVE="10") as (person, address):
        note = await person.ask_and_follow(address, until={"asking"})
        await person.click(address, note, "Yes, make it")
        note = await person.follow(address, until={"delivered"})

        assert receipt(note) == f"Charged 28 credits · {note['job']}"
        assert await person.credits(address) == CHARGED_ONCE
        assert api.submits == {note["job"]: 1}


async def test_a_polite_stop_in_the_middle_ends_in_time_and_the_next_start_goes_on(tmp_path, api):
    api.ready = False
    async with api.serve() as url, Person() as person:
        async with bot(tmp_path, url, measured=True) as first:
            note = await person.ask_and_follow(first.address, until={"rendering"})
            async with person.watch(first.address) as page:
                assert page.status == 200
                assert await first.stop(within=20) == 0
        api.ready = True
        async with bot(tmp_path, url, measured=True) as second:
            note = await person.follow(second.address, until={"delivered"})

            assert receipt(note) == f"Charged 28 credits · {note['job']}"
            assert await person.credits(second.address) == CHARGED_ONCE
            assert await sound(tmp_path)
    assert api.submits == {note["job"]: 1}
