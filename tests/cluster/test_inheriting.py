"""What a killed host has left: carried on at once by whoever starts in its place, and only what is its own."""

import asyncio
import errno
import signal
import sys
import threading
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from bot.presence import FOLDER, Presence, this_machine
from storage.lock import locked
from tests.cluster.test_cluster import Host, cut, opened, running, sql

MACHINE = "this machine, this time"
PICKED = "UPDATE pgqueuer SET status = 'picked', queue_manager_id = '{}', heartbeat = NOW()"
FREE = "SELECT count(*) FROM pgqueuer WHERE status = 'queued'"
LIVES = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from bot.presence import Presence
async def live():
    async with Presence(Path(sys.argv[1]), lambda: sys.argv[2]).shown(UUID(sys.argv[3])):
        print("lives", flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(live())
"""


@pytest.fixture
def presence(tmp_path):
    return Presence(tmp_path, lambda: MACHINE)


@asynccontextmanager
async def another_process(folder, host):
    """One that shows that *host* lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LIVES, str(folder), MACHINE, str(host),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await asyncio.wait_for(process.stdout.readline(), 10)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def killed(folder, host):
    async with another_process(folder, host) as process:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def test_who_was_killed_is_dead_until_forgotten(tmp_path, presence):
    host = uuid4()
    await killed(tmp_path, host)
    assert await presence.dead() == [host]
    assert await presence.dead() == [host]
    await presence.forget([host])
    assert await presence.dead() == []


async def test_who_lives_is_not_dead_though_stopped_by_a_signal(tmp_path, presence):
    async with another_process(tmp_path, uuid4()) as process:
        process.send_signal(signal.SIGSTOP)
        assert await presence.dead() == []
        process.send_signal(signal.SIGCONT)


async def test_who_ends_politely_leaves_nothing_behind(tmp_path, presence):
    async with presence.shown(uuid4()):
        assert await presence.dead() == []
        assert len(list((tmp_path / FOLDER).iterdir())) == 1
    assert list((tmp_path / FOLDER).iterdir()) == []


async def test_a_file_that_names_no_host_is_passed_over(tmp_path, presence):
    host = uuid4()
    await killed(tmp_path, host)
    (tmp_path / FOLDER / f"{MACHINE}.what is this").touch()
    assert await presence.dead() == [host]


async def test_nobody_of_another_machine_is_judged(tmp_path):
    await killed(tmp_path, uuid4())
    assert await Presence(tmp_path, lambda: "another machine").dead() == []


async def test_a_machine_without_a_name_and_a_folder_that_cannot_be_written_keep_nobody_from_working(tmp_path):
    (tmp_path / FOLDER).write_text("in the way")
    for presence in (Presence(tmp_path, lambda: None), Presence(tmp_path, lambda: MACHINE)):
        async with presence.shown(uuid4()):
            assert await presence.dead() == []


async def test_a_folder_without_locks_keeps_nobody_from_working(tmp_path, presence, monkeypatch):
    await killed(tmp_path, uuid4())

    def no_locks(_descriptor):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("bot.presence.locked", no_locks)
    before = list((tmp_path / FOLDER).iterdir())
    async with presence.shown(uuid4()):
        assert await presence.dead() == []
        assert list((tmp_path / FOLDER).iterdir()) == before


async def test_a_folder_that_does_not_answer_keeps_nobody_from_working(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.presence.ANSWERS_WITHIN", 0.01)
    comes_back = threading.Event()

    presence = Presence(tmp_path, lambda: None if comes_back.wait() else MACHINE)
    async with asyncio.timeout(2), presence.shown(uuid4()):
        assert await presence.dead() == []
    comes_back.set()


async def test_nobody_can_look_at_a_host_before_it_holds_its_lock(tmp_path, presence, monkeypatch):
    visible = []

    def looked_at(descriptor):
        visible.extend((tmp_path / FOLDER).glob(f"{MACHINE}.*"))
        return locked(descriptor)

    monkeypatch.setattr("bot.presence.locked", looked_at)
    async with presence.shown(uuid4()):
        assert visible == []
        assert len(list((tmp_path / FOLDER).iterdir())) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="read from Linux' random(4)")
def test_this_machine_has_a_name():
    assert this_machine() == this_machine() != ""


async def test_whoever_starts_in_the_place_of_a_killed_host_carries_its_jobs_on_at_once(
    store, scene, postgres_url, tmp_path, presence
):
    jobs, host = [await opened(scene) for _ in range(3)], uuid4()
    await killed(tmp_path, host)
    await sql(postgres_url, PICKED.format(host))
    async with running(store, postgres_url, Host(store, postgres_url, presence)) as next_one:
        await next_one.holds(*jobs, seconds=5)
    assert await presence.dead() == []


async def test_whoever_starts_beside_a_living_host_takes_nothing_from_it_though_its_line_was_cut(
    store, scene, postgres_url, presence
):
    jobs = [await opened(scene) for _ in range(3)]
    async with running(store, postgres_url, Host(store, postgres_url, presence)) as one:
        await one.holds(*jobs)
        await cut(postgres_url)
        async with running(store, postgres_url, Host(store, postgres_url, presence)) as other:
            await asyncio.sleep(2)
            assert (len(one.held), len(other.held)) == (3, 0)


async def test_what_is_taken_from_a_host_that_nobody_knows_to_be_dead_is_nothing(store, scene, postgres_url, presence):
    await opened(scene)
    await sql(postgres_url, PICKED.format(uuid4()))
    async with running(store, postgres_url, Host(store, postgres_url, presence)):
        await asyncio.sleep(0.5)
        assert await sql(postgres_url, FREE) == 0


async def test_nothing_is_taken_from_a_host_that_looks_dead_but_is_connected(store, scene, postgres_url, tmp_path):
    """Two mounts of one folder on one machine may not see each other's locks."""
    jobs = [await opened(scene) for _ in range(3)]
    async with running(store, postgres_url) as one:
        await one.holds(*jobs)
        await killed(tmp_path, one.engine.name)
        presence = Presence(tmp_path, lambda: MACHINE)
        assert await presence.dead() == [one.engine.name]
        async with running(store, postgres_url, Host(store, postgres_url, presence)) as other:
            await asyncio.sleep(0.5)
            assert (len(one.held), len(other.held)) == (3, 0)
