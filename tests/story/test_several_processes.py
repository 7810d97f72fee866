"""The work of one installation shared by several processes: on one machine over SQLite, on many over PostgreSQL."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack

import asyncpg
import pytest

from tests.crash.starting import ROOT, bot, reelbot, reelbot_json, sound
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.fakes.person import Person

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]


def at(monkeypatch, folder, address):
    """Point the command line at a data folder, and at books."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(folder))
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("LISTEN", "127.0.0.1:0")


@pytest.fixture
def api(tmp_path_factory) -> VideoApi:
    return VideoApi(tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4"))


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path, monkeypatch):
    """The settings that say where the books are kept."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    if request.param == "sqlite":
        return {}
    address = request.getfixturevalue("postgres_url")
    monkeypatch.setenv("DATABASE_URL", address)
    return {"DATABASE_URL": address}


async def test_what_is_asked_in_one_process_is_made_by_another_and_shown_where_it_was_asked(tmp_path, api, where):
    async with (
        api.serve() as url,
        Person() as person,
        bot(tmp_path, url, only="web", settings=where) as pages,
        bot(tmp_path, url, only="worker", settings=where),
    ):
        await person.visit(pages.address)
        async with person.watch(pages.address) as stream:
            await person.ask(pages.address)
            note = await person.follow(pages.address, until={"delivered"})
            told = await asyncio.wait_for(stream.content.readuntil(b"/media/"), 30)
        clip = await person.download(pages.address, note["clip"]["url"])

        assert b"event: entry" in told
        assert clip[4:8] == b"ftyp"
        assert api.submits == {note["job"]: 1}
        assert await sound(tmp_path, where.get("DATABASE_URL"))


async def test_a_cancel_reaches_the_process_that_carries_the_job(tmp_path, api, where):
    api.ready = False
    async with (
        api.serve() as url,
        Person() as person,
        bot(tmp_path, url, only="web", settings=where) as pages,
        bot(tmp_path, url, only="worker", settings=where),
    ):
        note = await person.ask_and_follow(pages.address, until={"rendering"})
        await person.click(pages.address, note, "Cancel")
        too_late = "It could not be stopped any more: the video will come and be charged."
        async with asyncio.timeout(30):
            while too_late not in note["details"]:
                note = await person.follow(pages.address, until={"rendering"})


class TestTwoWorkers:
    @pytest.fixture
    def where(self, tmp_path, monkeypatch, postgres_url):
        at(monkeypatch, tmp_path, postgres_url)
        return {"DATABASE_URL": postgres_url}

    async def test_the_jobs_of_a_killed_worker_are_carried_on_by_the_other_one(self, tmp_path, api, where):
        api.ready = False
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(api.serve())
            people = [await stack.enter_async_context(Person()) for _ in range(4)]
            pages = await stack.enter_async_context(bot(tmp_path, url, only="web", settings=where))
            killed = await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            for person in people:
                await person.ask_and_follow(pages.address, until={"rendering"})
            await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            os.kill(killed.process.pid, signal.SIGKILL)
            api.ready = True
            notes = [await person.follow(pages.address, until={"delivered"}) for person in people]

            assert api.submits == {note["job"]: 1 for note in notes}
            assert await sound(tmp_path, where.get("DATABASE_URL"))

    async def test_a_worker_that_stops_hands_its_jobs_over_at_once(self, tmp_path, api, where):
        api.ready = False
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(api.serve())
            person = await stack.enter_async_context(Person())
            pages = await stack.enter_async_context(bot(tmp_path, url, only="web", settings=where))
            first = await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            await person.ask_and_follow(pages.address, until={"rendering"})
            await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            assert await first.stop(within=20) == 0
            api.ready = True
            async with asyncio.timeout(8):
                note = await person.follow(pages.address, until={"delivered"})

            assert api.submits == {note["job"]: 1}

    async def test_a_worker_that_was_only_paused_posts_nothing_twice(self, tmp_path, api, where):
        api.ready = False
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(api.serve())
            person = await stack.enter_async_context(Person())
            pages = await stack.enter_async_context(bot(tmp_path, url, only="web", settings=where))
            paused = await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            await person.ask_and_follow(pages.address, until={"rendering"})
            os.kill(paused.process.pid, signal.SIGSTOP)
            await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            api.ready = True
            note = await person.follow(pages.address, until={"delivered"})
            os.kill(paused.process.pid, signal.SIGCONT)
            await asyncio.sleep(3)

            shown = await reelbot_json(tmp_path, "jobs", "show", note["job"])
            assert [line["state"] for line in shown["story"]].count("delivered") == 1
            assert api.submits == {note["job"]: 1}
            assert await sound(tmp_path, where.get("DATABASE_URL"))

    @pytest.mark.parametrize("moment", ["after submit", "delivering", "delivered"])
    async def test_a_worker_that_was_paused_in_the_middle_of_something_does_nothing_twice(
        self, tmp_path, api, where, moment
    ):
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(api.serve())
            person = await stack.enter_async_context(Person())
            pages = await stack.enter_async_context(bot(tmp_path, url, only="web", settings=where))
            paused = await stack.enter_async_context(
                bot(tmp_path, url, only="worker", settings=where, die_at=f"pause:{moment}")
            )
            await person.visit(pages.address)
            job = await person.ask(pages.address)
            assert (await asyncio.wait_for(paused.process.stdout.readline(), 30)).startswith(b"died")
            await stack.enter_async_context(bot(tmp_path, url, only="worker", settings=where))
            await asyncio.sleep(16)  # until the other one has taken the job over, and carried it as far as it can
            os.kill(paused.process.pid, signal.SIGCONT)
            await person.follow(pages.address, until={"delivered"})
            await self.until_nobody_carries(where)

            shown = await reelbot_json(tmp_path, "jobs", "show", job)
            assert [line["state"] for line in shown["story"]].count("delivered") == 1
            assert api.submits == {job: 1}
            assert await sound(tmp_path, where.get("DATABASE_URL"))
            assert await paused.stop(within=10) == 0

    async def until_nobody_carries(self, where):
        connection = await asyncpg.connect(where["DATABASE_URL"])
        async with asyncio.timeout(10):
            while await connection.fetchval("SELECT count(*) FROM pgqueuer"):  # noqa: ASYNC110 another process' doing
                await asyncio.sleep(0.2)
        await connection.close()


async def test_a_host_that_loses_the_shared_folder_stops_and_another_one_goes_on_with_its_video(
    tmp_path, api, postgres_url
):
    where, shared, mount = {"DATABASE_URL": postgres_url}, tmp_path / "shared", tmp_path / "mount"
    shared.mkdir()
    mount.symlink_to(shared)
    api.ready = False
    async with (
        api.serve() as url,
        Person() as person,
        bot(shared, url, settings=where) as second,
        bot(mount, url, only="worker", settings=where) as first,
    ):
        note = await person.ask_and_follow(second.address, until={"rendering"})
        mount.unlink()
        mount.mkdir()
        assert await asyncio.wait_for(first.process.wait(), 60) == 1
        api.ready = True
        note = await person.follow(second.address, until={"delivered"})

        assert await person.download(second.address, note["clip"]["url"])
        assert api.submits == {note["job"]: 1}
        assert await sound(tmp_path, postgres_url)


async def test_a_start_in_a_folder_that_is_not_that_of_the_others_is_refused_and_touches_nothing(
    tmp_path, api, postgres_url, monkeypatch
):
    where, shared, strange = {"DATABASE_URL": postgres_url}, tmp_path / "shared", tmp_path / "strange"
    for kind in ("images", "scratch"):
        (strange / kind / "someone").mkdir(parents=True)
        (strange / kind / "someone" / "else.jpg").write_bytes(b"theirs")
        os.utime(strange / kind / "someone", (0, 0))
    at(monkeypatch, strange, postgres_url)
    api.ready = False
    async with api.serve() as url, Person() as person:
        async with bot(shared, url, settings=where) as killed:
            await person.ask_and_follow(killed.address, until={"rendering"})
            killed.process.send_signal(signal.SIGKILL)
            await killed.process.wait()
        # Nobody is there who would carry the job: whoever starts now is the first to be asked.
        before = await everything(strange, postgres_url)
        code, said, complaint = await reelbot(tmp_path, "run")
        assert (code, said) == (1, "")
        (sentence,) = complaint.splitlines()
        assert sentence.startswith(f"{strange} is not where the other hosts of this database keep clips and images.")
        assert await everything(strange, postgres_url) == before

        api.ready = True
        async with bot(shared, url, settings=where) as second:
            note = await person.follow(second.address, until={"delivered"})
            assert await person.download(second.address, note["clip"]["url"])
    assert api.submits == {note["job"]: 1}


async def everything(folder, address):
    """All files of a folder, and all rows of the books."""
    files = {path: path.is_file() and path.read_bytes() for path in await asyncio.to_thread(list, folder.rglob("*"))}
    connection = await asyncpg.connect(address)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = {name: sorted(map(str, await connection.fetch(f"SELECT * FROM {name}"))) for (name,) in tables}
    await connection.close()
    return files, rows
