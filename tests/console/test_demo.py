import asyncio
import re
import signal
import socket
import sys

import av
import pytest

from bot.core.ports import BadClip
from tests.crash.starting import ROOT


def frames(path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


async def _demo(folder, *words, until: bytes = b"") -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", *words, cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    said = b""
    async with asyncio.timeout(100):
        while until and until not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line
        if until:
            process.send_signal(signal.SIGINT)
        said += await process.stdout.read()
        return await process.wait(), said.decode()


@pytest.mark.crash
def test_a_demo_shows_a_clip_its_receipt_and_the_address_even_if_the_port_is_taken(
    cli, monkeypatch, tmp_path, taken_port
):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("LISTEN", f"127.0.0.1:{taken_port}")
    code, said = asyncio.run(_demo(tmp_path, "--once"))

    assert code == 0, said
    assert f"127.0.0.1:{taken_port} is taken by another program; using a free port instead.\n" in said
    assert re.search(r"Reelbot runs at http://127\.0\.0\.1:\d+\n", said)
    assert f"Clip: {tmp_path}/data/demo.mp4\n" in said
    (job,) = cli.json("jobs", "list")
    assert f"Receipt: Charged 6 credits · {job['id']}\n" in said
    assert job["request"]["first_frame"]
    assert frames(tmp_path / "data" / "demo.mp4") > 100


@pytest.mark.crash
def test_a_demo_stays_until_it_is_interrupted(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    code, said = asyncio.run(_demo(tmp_path, until=b"your turn"))

    assert code == 0
    assert re.search(r"Web chat: http://127\.0\.0\.1:\d+ – your turn. Ctrl-C ends the bot.", said)  # noqa: RUF001


def test_a_demo_agrees_to_the_price_and_lets_in_this_machine_alone(cli, monkeypatch):
    monkeypatch.setenv("CONFIRM_ABOVE", "1")
    monkeypatch.setenv("LISTEN", "0.0.0.0:0")
    monkeypatch.setenv("ADMIN_PASSWORD", "correct horse")
    result = cli("demo", "--once")

    assert result.exit_code == 0, result.output
    assert "Reelbot runs at http://127.0.0.1:" in result.stdout
    assert "Receipt: Charged 6 credits" in result.stdout


@pytest.mark.parametrize("confirm_above", ["1", "100"])
def test_a_demo_without_credits_says_how_to_get_some(cli, monkeypatch, confirm_above):
    monkeypatch.setenv("STARTING_CREDITS", "5")
    monkeypatch.setenv("CONFIRM_ABOVE", confirm_above)
    result = cli("demo", "--once")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("That costs 6 credits and you have 5 credits.")


def test_a_demo_that_takes_for_ever_gives_up(cli, monkeypatch):
    monkeypatch.setattr("bot.console.demo.PATIENCE", 0.2)
    result = cli("demo", "--once")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "No clip after 0 seconds: the log says why."


def test_a_demo_whose_clip_fails_says_so(cli, monkeypatch):
    monkeypatch.setattr("providers.preview.CHILD", "providers.there_is_no_such_module")
    result = cli("demo", "--once")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(
        "No clip was made: The video service failed to make this video. Please try again. Not charged, 6 credits"
    )


def test_a_demo_does_not_believe_in_a_clip_that_does_not_play(cli, monkeypatch):
    async def broken(_shop, _path):
        raise BadClip("no frames")

    monkeypatch.setattr("bot.media.shop.MediaShop.probe", broken)
    result = cli("demo", "--once")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith("does not play: no frames.")


def test_a_demo_in_a_folder_that_cannot_be_used_says_so(cli, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "data"))

    assert cli.refusal("demo", "--once") == f"{tmp_path}/file/data cannot be used: Not a directory."
