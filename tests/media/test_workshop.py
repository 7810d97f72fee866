import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.media.workshop import Lane, Why, WorkFailed, Workshop

CHILDREN = "tests.media.children"


@pytest.fixture
def workshop():
    return Workshop(cores=2)


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def until(happened):
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110  another process cannot set an event
            await asyncio.sleep(0.01)


async def test_a_child_answers_whatever_its_decoders_print(workshop):
    answer = await workshop.run(CHILDREN, {"do": "echo", "word": "grüße"}, seconds=10)
    assert answer == {"said": "grüße", "modules": []}


async def test_a_child_is_told_nothing_of_our_secrets(workshop, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    told = await workshop.run(CHILDREN, {"do": "environment"}, seconds=10)
    assert set(told) <= {"PATH", "PYTHONPATH", "PYTHONUTF8", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX", "LC_CTYPE"}


async def test_a_child_finds_our_code_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend("")
    workshop = await asyncio.to_thread(Workshop, cores=2)
    monkeypatch.chdir(tmp_path)
    assert (await workshop.run(CHILDREN, {"do": "echo", "word": "here"}, seconds=10))["said"] == "here"


async def test_a_hanging_child_is_killed_when_its_time_is_up(workshop, tmp_path):
    order = {"do": "sleep", "pid_file": str(tmp_path / "pid")}
    with pytest.raises(WorkFailed) as failed:
        await workshop.run(CHILDREN, order, seconds=1)
    assert failed.value.why is Why.TIME
    assert gone(int((tmp_path / "pid").read_text()))


async def test_a_child_that_eats_memory_fails_alone(workshop):
    with pytest.raises(WorkFailed) as failed:
        await workshop.run(CHILDREN, {"do": "eat"}, seconds=10)
    assert failed.value.why is Why.MEMORY


@pytest.mark.parametrize("ending", ["segfault", "die", "bug", "babble", "mumble"])
async def test_a_child_that_breaks_is_an_error(workshop, ending):
    with pytest.raises(WorkFailed) as failed:
        await workshop.run(CHILDREN, {"do": ending}, seconds=10)
    assert failed.value.why is Why.CRASH


async def test_a_bug_in_a_child_is_named(workshop):
    with pytest.raises(WorkFailed, match="KeyError: 'a bug'"):
        await workshop.run(CHILDREN, {"do": "bug"}, seconds=10)


async def test_a_module_that_does_not_exist_is_an_error(workshop):
    with pytest.raises(WorkFailed, match="ModuleNotFoundError"):
        await workshop.run("tests.media.nowhere", {}, seconds=10)


async def test_a_cancelled_caller_takes_its_child_along(workshop, tmp_path):
    pid_file = tmp_path / "pid"
    async with asyncio.TaskGroup() as group:
        running = group.create_task(workshop.run(CHILDREN, {"do": "family", "pid_file": str(pid_file)}, seconds=60))
        await until(lambda: pid_file.exists() and pid_file.read_text())
        running.cancel()
    await until(lambda: gone(int(pid_file.read_text())) or reaped_by_nobody(int(pid_file.read_text())))


def reaped_by_nobody(pid):
    """A grandchild that is dead, but whose new parent does not collect it (some containers have none that does)."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="counts the children of a process through /proc")
async def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    pid_file = tmp_path / "pid"
    program = (
        "import asyncio; from bot.media.workshop import Workshop; asyncio.run(Workshop(cores=2).run("
        f"{CHILDREN!r}, {{'do': 'sleep', 'pid_file': {str(pid_file)!r}}}, seconds=60))"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env={"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    await until(lambda: pid_file.exists() and pid_file.read_text())
    parent.kill()
    await parent.wait()
    child = int(pid_file.read_text())
    await until(lambda: gone(child) or reaped_by_nobody(child))


async def test_a_child_stands_ready_for_the_next_clip_until_nobody_has_come_for_a_while():
    workshop = Workshop(cores=2, ready_seconds=0.2)
    first = await workshop.run(CHILDREN, {"do": "who"}, seconds=10)
    ready = workshop._ready.process
    second = await workshop.run(CHILDREN, {"do": "who"}, seconds=10)
    next_one = workshop._ready.process

    assert first["pid"] != second["pid"] == ready.pid
    assert await asyncio.wait_for(next_one.wait(), 10) == 0
    assert workshop._ready is None


async def test_who_stands_ready_for_other_work_or_has_died_is_not_asked():
    workshop = Workshop(cores=2, ready_seconds=60)
    await workshop.run(CHILDREN, {"do": "who"}, seconds=10)
    ready = workshop._ready.process
    assert (await workshop.run(CHILDREN, {"do": "who"}, seconds=11))["pid"] != ready.pid
    assert (await workshop.run(CHILDREN, {"do": "who"}, seconds=10, lane=Lane.PICTURES))["pid"] == ready.pid
    await workshop.run(CHILDREN, {"do": "who"}, seconds=10)
    workshop._ready.process.kill()
    await workshop._ready.process.wait()
    assert (await workshop.run(CHILDREN, {"do": "who"}, seconds=10))["pid"]
    await workshop.close()


async def test_who_stands_ready_goes_with_the_workshop():
    workshop = Workshop(cores=2, ready_seconds=60)
    await workshop.run(CHILDREN, {"do": "who"}, seconds=10)
    ready = workshop._ready.process
    await workshop.close()
    assert ready.returncode is not None


async def test_clips_wait_for_each_other(workshop, tmp_path):
    assert await most_at_once(workshop, Lane.CLIPS, tmp_path) == 1


async def test_two_pictures_are_worked_on_at_once(workshop, tmp_path):
    assert await most_at_once(workshop, Lane.PICTURES, tmp_path) == 2


async def most_at_once(workshop, lane, folder):
    order = {"do": "count", "folder": str(folder)}
    async with asyncio.TaskGroup() as group:
        all_of_them = [group.create_task(workshop.run(CHILDREN, order, seconds=10, lane=lane)) for _ in range(4)]
    return max(one.result()["most"] for one in all_of_them)


@pytest.mark.skipif(sys.platform != "linux", reason="processor time is limited by the system there")
async def test_an_orphan_that_burns_processor_time_is_ended_by_the_system():
    burning = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.media.child", CHILDREN, str(10**9), "1",
        stdin=asyncio.subprocess.PIPE, env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    burning.stdin.write(b'{"do": "burn"}\n')
    assert await burning.wait() in {-signal.SIGXCPU, -signal.SIGKILL}
