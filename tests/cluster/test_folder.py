"""The folder that all hosts share: another one is found out, and so are a copy of it and a mount that was lost."""

import asyncio
import shutil

import pytest

from bot.folder import MARKS, NEWEST_BYTES, RENEW_SECONDS, SharedFolder, StrangeFolder
from tests.fakes.clock import FakeClock
from tests.fakes.inbox import FakeMemory


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def host(clock, tmp_path):
    """Makes hosts of one database, each with the folder of that name."""
    memory = FakeMemory()

    def host_at(name):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        return SharedFolder(memory=memory, folder=folder, clock=clock)

    host_at.memory = memory
    return host_at


async def a_while(clock, *, looks=3):
    for _ in range(looks):
        await clock.step()


async def test_hosts_with_one_folder_see_each_other(host):
    await host("nfs").look()
    await host("nfs").look()


async def test_whoever_comes_first_decides_which_folder_it_is(host):
    await host("nfs").look()
    with pytest.raises(StrangeFolder, match=r"Mount their folder as DATA_DIR\."):
        await host("elsewhere").look()
    await host("nfs").look()


async def test_a_folder_that_was_moved_with_its_marks_is_the_same(host, tmp_path):
    await host("nfs").look()
    shutil.move(tmp_path / "nfs", tmp_path / "moved")
    await host("moved").look()


async def test_a_copy_is_found_out_once_there_is_a_newer_mark(host, clock, tmp_path):
    first = host("nfs")
    async with asyncio.TaskGroup() as group:
        renewing = group.create_task(first.renew())
        await a_while(clock)
        shutil.copytree(tmp_path / "nfs", tmp_path / "copy")
        await host("copy").look()
        clock.advance(seconds=RENEW_SECONDS)
        await a_while(clock, looks=1)
        with pytest.raises(StrangeFolder):
            await host("copy").look()
        await first.look()
        renewing.cancel()


async def test_a_host_that_loses_its_mount_stops_when_it_is_sure(host, clock, tmp_path):
    one = host("nfs")
    await one.look()
    watching = asyncio.ensure_future(one.watch())  # noqa: TID251 awaited below
    await a_while(clock)
    shutil.move(tmp_path / "nfs", tmp_path / "away")
    (tmp_path / "nfs").mkdir()
    await clock.step()
    await asyncio.sleep(0)
    assert not watching.done()
    shutil.copy(tmp_path / "away" / MARKS, tmp_path / "nfs")
    await a_while(clock)
    assert not watching.done()

    (tmp_path / "nfs" / MARKS).unlink()
    await a_while(clock)
    with pytest.raises(StrangeFolder):
        await watching


async def test_whoever_renews_marks_no_folder_that_is_not_the_others(host):
    await host("nfs").look()
    known = dict(host.memory.values)
    with pytest.raises(StrangeFolder):
        await host("elsewhere").renew()
    assert host.memory.values == known


async def test_what_the_sentence_says_mends_it(host, tmp_path):
    await host("nfs").look()
    with pytest.raises(StrangeFolder) as strange:
        await host("restored").look()
    mark, _, path = str(strange.value).rpartition("echo ")[2].partition(" >> ")
    assert path == str(tmp_path / "restored" / MARKS)
    with (tmp_path / "restored" / MARKS).open("a") as file:
        file.write(f"{mark}\n")
    await host("restored").look()


async def test_a_mark_that_was_torn_spoils_none_of_the_next(host, clock, tmp_path):
    await host("nfs").look()
    with (tmp_path / "nfs" / MARKS).open("a") as file:
        file.write("0123")
    renewing = asyncio.ensure_future(host("nfs").renew())  # noqa: TID251 cancelled below
    await a_while(clock, looks=1)
    renewing.cancel()
    assert len((tmp_path / "nfs" / MARKS).read_text().split()) > 2
    await host("nfs").look()


async def test_old_marks_need_not_be_read(host, tmp_path):
    (tmp_path / "nfs").mkdir()
    (tmp_path / "nfs" / MARKS).write_text(f"{'0' * 32}\n" * (NEWEST_BYTES // 33 * 2))
    await host("nfs").look()
    await host("nfs").look()


async def test_trouble_with_the_database_or_the_disk_stops_nobody(host, clock, tmp_path):
    one = host("nfs")
    await one.look()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one.watch()), group.create_task(one.renew())]
        await a_while(clock)
        host.memory.troubles = 4
        clock.advance(seconds=RENEW_SECONDS)
        await a_while(clock)
        (tmp_path / "nfs" / MARKS).rename(tmp_path / "marks")
        (tmp_path / "nfs" / MARKS).mkdir()
        clock.advance(seconds=RENEW_SECONDS)
        await a_while(clock)
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
