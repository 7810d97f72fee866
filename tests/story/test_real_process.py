"""Every ending once more, through a real process, a real HTTP page and a real API that may misbehave."""

import asyncio
import io
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from tests.crash.starting import NEVER, ROOT, bot, reelbot_json, sound
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


@dataclass(frozen=True)
class Where:
    """The folder of a story, and the address of its books if they are not there."""

    folder: Path
    books: str | None = None

    def bot(self, api: str, *, die_at: str = NEVER, **settings: str):
        more = {"DATABASE_URL": self.books} if self.books else {}
        return bot(self.folder, api, die_at=die_at, settings=settings | more, measured=not self.books)

    async def sound(self) -> bool:
        return await sound(self.folder, self.books)


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path, monkeypatch):
    """The command line looks there too."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    if request.param == "sqlite":
        return Where(tmp_path)
    monkeypatch.setenv("DATABASE_URL", address := request.getfixturevalue("postgres_url"))
    return Where(tmp_path, address)


@asynccontextmanager
async def running(where: Where, api: VideoApi, **settings):
    """The API, a person and the bot's process; the books have to be sound when the story is over."""
    async with api.serve() as url, Person() as person:
        async with where.bot(url, **settings) as one:
            yield person, one.address
            assert await where.sound()
        assert one.process.returncode == 0


def receipt(note: dict) -> str:
    return note["details"][-1]


def frames(content: bytes) -> int:
    with av.open(io.BytesIO(content)) as container:
        return sum(1 for _ in container.decode(video=0))


async def test_delivered_the_clip_can_be_downloaded_and_is_charged_once(where, api):
    async with running(where, api) as (person, address):
        note = await person.ask_and_follow(address, until={"delivered"})
        content = await person.download(address, note["clip"]["url"])

        assert note["headline"] == "Here is your video."
        assert receipt(note) == f"Charged 28 credits · {note['job']}"
        assert [button["label"] for button in note["buttons"]] == ["Again", "Edit prompt", "Delete"]
        assert await asyncio.to_thread(frames, content) == 6
        assert await person.credits(address) == CHARGED_ONCE
        assert api.submits == {note["job"]: 1}


async def test_failed_by_its_content_before_it_was_made(where, api):
    api.on_submit = Submit.REFUSE
    async with running(where, api) as (person, address):
        note = await person.ask_and_follow(address, until={"failed"})

        assert note["headline"] == "The video service refused this wish because of its content."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert (note["ended"], note["clip"]) == (True, None)
        assert await person.credits(address) == ALL_BACK
        assert (api.knocks, api.submits) == (1, {})


async def test_failed_while_it_was_made(where, api):
    api.fails = True
    async with running(where, api) as (person, address):
        note = await person.ask_and_follow(address, until={"failed"})

        assert note["headline"] == "The video service failed to make this video. Please try again."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {note["job"]: 1}


async def test_failed_because_what_came_is_no_video(where, api):
    api.clip = b"<html><title>Not found</title></html>"
    async with running(where, api) as (person, address):
        note = await person.ask_and_follow(address, until={"failed"})

        assert note["headline"] == "The video service failed to make this video. Please try again."
        assert receipt(note) == f"Not charged, 28 credits given back · {note['job']}"
        assert note["clip"] is None
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {note["job"]: 1}
        assert not list(where.folder.glob("clips/*"))


async def test_cancelled_before_the_paid_call(where, api):
    api.on_submit = Submit.BE_BUSY
    async with running(where, api) as (person, address):
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


async def test_cancelled_too_late_is_said_and_delivered_and_charged(where, api):
    api.ready = False
    async with running(where, api) as (person, address):
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


async def test_unsure_costs_nothing_and_an_operator_who_finds_the_task_heals_it(where, api):
    api.on_submit = Submit.HANG_UP
    async with running(where, api) as (person, address):
        note = await person.ask_and_follow(address, until={"unsure"})
        job = note["job"]
        assert "nobody knows whether it will be made" in note["headline"]
        assert receipt(note) == f"Not charged, 28 credits given back · {job}"
        assert await person.credits(address) == ALL_BACK

        settled = await reelbot_json(where.folder, "jobs", "settle", job, "--ticket", f"{job}-1")
        assert (settled["state"], settled["ticket"]) == ("rendering", f"{job}-1")
        note = await person.follow(address, until={"delivered"})

        content = await person.download(address, note["clip"]["url"])
        assert await asyncio.to_thread(frames, content) == 6
        assert receipt(note) == f"Not charged, 28 credits given back · {job}"
        assert await person.credits(address) == ALL_BACK
        assert api.submits == {job: 1}


async def test_overdue_gives_the_credits_back_and_a_late_clip_is_free(where, api):
    api.ready = False
    async with running(where, api, JOB_DEADLINE="2s") as (person, address):
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


async def test_undelivered_when_the_clip_is_gone_after_a_crash(where, api):
    async with api.serve() as url, Person() as person:
        async with where.bot(url, die_at="delivering") as first:
            await person.visit(first.address)
            job = await person.ask(first.address)
            await asyncio.wait_for(first.process.wait(), 60)
            assert (await first.process.stdout.read()).decode() == "died when delivering\n"
        (where.folder / "clips" / f"{job}.mp4").unlink()
        async with where.bot(url) as second:
            note = await person.follow(second.address, until={"undelivered"})

            assert note["headline"] == "The clip is no longer there."
            assert receipt(note) == f"Not charged, 28 credits given back · {job}"
            assert await person.credits(second.address) == ALL_BACK
            assert await where.sound()
    assert api.submits == {job: 1}


async def test_asking_first_and_a_no_costs_nothing(where, api):
    async with running(where, api, CONFIRM_ABOVE="10") as (person, address):
        note = await person.ask_and_follow(address, until={"asking"})
        assert note["headline"] == "This video costs 28 credits. Shall I make it?"
        assert [button["label"] for button in note["buttons"]] == ["Yes, make it", "No"]
        assert await person.credits(address) == ALL_BACK
        await person.click(address, note, "No")
        note = await person.follow(address, until={"cancelled"})

        assert (note["headline"], receipt(note)) == ("Not made.", f"Not charged · {note['job']}")
        assert await person.credits(address) == ALL_BACK
        assert (api.knocks, api.submits) == (0, {})


async def test_asking_first_and_a_yes_makes_it(where, api):
    async with running(where, api, CONFIRM_ABOVE="10") as (person, address):
        note = await person.ask_and_follow(address, until={"asking"})
        await person.click(address, note, "Yes, make it")
        note = await person.follow(address, until={"delivered"})

        assert receipt(note) == f"Charged 28 credits · {note['job']}"
        assert await person.credits(address) == CHARGED_ONCE
        assert api.submits == {note["job"]: 1}


async def test_a_polite_stop_in_the_middle_ends_in_time_and_the_next_start_goes_on(where, api):
    api.ready = False
    async with api.serve() as url, Person() as person:
        async with where.bot(url) as first:
            note = await person.ask_and_follow(first.address, until={"rendering"})
            async with person.watch(first.address) as page:
                assert page.status == 200
                assert await first.stop(within=20) == 0
        api.ready = True
        async with where.bot(url) as second:
            note = await person.follow(second.address, until={"delivered"})

            assert receipt(note) == f"Charged 28 credits · {note['job']}"
            assert await person.credits(second.address) == CHARGED_ONCE
            assert await where.sound()
    assert api.submits == {note["job"]: 1}
