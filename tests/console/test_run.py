import asyncio
import os
import signal
import socket
import sys
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.console.running import in_words, run_until_stopped
from bot.settings import load_settings
from storage.lock import only_one
from tests.crash.starting import ROOT


async def _run(folder, *words) -> tuple[int, str, int]:
    """Start it, look at its health, and ask it to end; the code, what it wrote, and the status of `/healthz`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", *words,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(60):
        while b"ready" not in (line := await process.stderr.readline()):
            assert line
        first = b"" if "worker" in words else await process.stdout.readline()
        health = await _health(first.decode()) if first else 0
        process.send_signal(signal.SIGTERM)
        out, _ = await process.communicate()
        return process.returncode, (first + out).decode(), health


async def _health(line: str) -> int:
    address = line.removeprefix("Reelbot runs at ").removesuffix(". Ctrl-C ends it.\n")
    async with aiohttp.ClientSession() as session, session.get(f"{address}/healthz") as response:
        return response.status


@pytest.mark.crash
def test_run_serves_until_it_is_told_to_stop(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    code, said, health = asyncio.run(_run(tmp_path))

    assert (code, health) == (0, 200)
    assert said.startswith("Reelbot runs at http://127.0.0.1:")


@pytest.mark.crash
def test_a_worker_alone_listens_nowhere(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    assert asyncio.run(_run(tmp_path, "--only", "worker")) == (0, "", 0)


async def test_a_start_that_waits_for_its_database_ends_when_it_is_told_to(monkeypatch):
    opening, closed = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def wait_for_the_database(_settings, *, parts):
        try:
            opening.set()
            await asyncio.Event().wait()
            yield parts
        finally:
            closed.set()

    monkeypatch.setattr("bot.console.running.open_house", wait_for_the_database)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(run_until_stopped(load_settings({}, None), ""))
        await opening.wait()
        os.kill(os.getpid(), signal.SIGTERM)
    assert closed.is_set()


def test_a_part_that_there_is_not_is_named(cli):
    assert cli.refusal("run", "--only", "web,nonsense") == (
        "--only names nonsense. There is: discord, telegram, web, worker."
    )


@pytest.mark.parametrize("words", [("run",), ("make", "a cat"), ("demo", "--once")])
def test_a_second_process_on_the_same_folder_is_refused(cli, words):
    cli.text("db", "upgrade")
    with only_one(cli.folder):
        sentence = cli.refusal(*words)

    assert sentence.startswith("another reelbot (process ")
    assert sentence.endswith(f" is already running on {cli.folder}")


def test_a_port_that_is_taken_is_named(cli, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        monkeypatch.setenv("LISTEN", address)
        result = cli("run")

    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{address} is taken by another program: end that one, or set LISTEN." in result.stderr.splitlines()


def test_an_address_that_is_not_ours_is_named(cli, monkeypatch):
    monkeypatch.setenv("LISTEN", "192.0.2.1:0")
    monkeypatch.setenv("ADMIN_PASSWORD", "correct horse")
    result = cli("run")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "192.0.2.1:0 is no address of this machine: set LISTEN." in result.stderr.splitlines()


def test_a_folder_that_cannot_be_used_is_named(cli, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "data"))

    assert cli.refusal("run") == f"{tmp_path}/file/data cannot be used: Not a directory."


def test_a_damaged_secret_is_an_error_in_words(cli):
    cli.folder.mkdir()
    (cli.folder / "secret.key").write_text("short")

    assert "secret.key holds no usable secret" in cli("make", "a cat").stderr


def test_an_error_without_a_name_speaks_for_itself():
    assert in_words(OSError("the disk is odd")) == "the disk is odd"


def test_ctrl_c_in_the_middle_of_a_command_is_130(cli, monkeypatch):
    def interrupted(work):
        work.close()
        raise KeyboardInterrupt

    monkeypatch.setattr("asyncio.run", interrupted)

    assert cli("jobs", "list").exit_code == 130
