import asyncio
import signal
import subprocess
import sys

import av
import pytest
from PIL import Image

from tests.crash.starting import ROOT
from tests.fakes.unmeasured import unmeasured

SMALLEST = ("--seconds", 6, "--resolution", "512p")


def frames(path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (900, 320), (200, 120, 40)).save(path)
    return path


def states(cli) -> list[str]:
    return [job["state"] for job in cli.json("jobs", "list")]


def test_a_text_becomes_a_clip(cli, tmp_path):
    result = cli("make", "a cat [Zoom in]", *SMALLEST, "-o", "new/cat.mp4")

    assert result.exit_code == 0
    (job,) = cli.json("jobs", "list")
    assert result.stdout.splitlines() == [f"Charged 3 credits · {job['id']}", "new/cat.mp4"]
    assert result.stderr.splitlines()[-1] == "Here is your video."
    assert frames(tmp_path / "new/cat.mp4") > 100
    assert (job["state"], job["request"]["prompt"]) == ("delivered", "a cat [Zoom in]")
    assert cli.json("ledger", "verify")["sound"]


def test_a_picture_that_was_padded_is_said_and_a_dear_one_is_made_with_yes(cli, monkeypatch, tmp_path, photo):
    monkeypatch.setenv("CONFIRM_ABOVE", "2")
    made = cli.json("make", "--image", photo, *SMALLEST, "--yes")

    (job,) = cli.json("jobs", "list")
    assert made == {
        "job": job["id"],
        "file": "out.mp4",
        "receipt": f"Charged 3 credits · {job['id']}",
        "remark": "The photo was very long, so I added edges.",
    }
    assert frames(tmp_path / "out.mp4") > 100
    assert job["request"]["first_frame"]


def test_without_yes_a_dear_one_is_not_made(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("CONFIRM_ABOVE", "2")
    result = cli("make", "a cat", *SMALLEST)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "This video costs 3 credits. Shall I make it? Say so with --yes.\n"
    assert states(cli) == ["cancelled"]
    assert not (tmp_path / "out.mp4").exists()


def test_a_yes_without_the_credits_is_refused(cli, monkeypatch):
    monkeypatch.setenv("CONFIRM_ABOVE", "2")
    monkeypatch.setenv("STARTING_CREDITS", "2")
    result = cli("make", "a cat", *SMALLEST, "--yes")

    assert result.exit_code == 1
    assert result.stderr.startswith("That costs 3 credits and you have 2 credits. Nothing was charged.")


def test_a_picture_that_is_not_there_is_named(cli):
    assert cli.refusal("make", "a cat", "--image", "no.jpg") == "There is no picture no.jpg."


def test_a_picture_that_is_none_is_refused(cli, tmp_path):
    (tmp_path / "words.jpg").write_text("words")
    result = cli("make", "a cat", "--image", "words.jpg")

    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_a_last_frame_needs_a_first_one(cli, photo):
    assert cli.refusal("make", "a cat", "--last-image", photo) == "A last frame needs a first one: give --image too."


def test_an_unknown_model_is_answered_with_those_there_are(cli):
    result = cli("make", "a cat", "--model", "sora-9")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "There is no model called “sora-9”. There is: preview.\n"
    assert states(cli) == []


def test_without_a_word_there_is_nothing_to_make(cli):
    assert cli("make").exit_code == 1


def test_a_clip_that_fails_says_so_and_what_it_cost(cli, monkeypatch):
    monkeypatch.setattr("providers.preview.CHILD", "providers.there_is_no_such_module")
    result = cli("make", "a cat", *SMALLEST)

    assert (result.exit_code, result.stdout) == (1, "")
    (job,) = cli.json("jobs", "list")
    assert result.stderr.splitlines()[-1] == (
        "The video service failed to make this video. Please try again. "
        f"Not charged, 3 credits given back · {job['id']}"
    )


def test_a_clip_of_an_earlier_command_goes_into_its_own_file(cli, tmp_path):
    cli("make", "a cat", *SMALLEST, "-o", "cat.mp4")
    (tmp_path / "cat.mp4").unlink()
    (first,) = cli.json("jobs", "list")
    cli.text("jobs", "redeliver", first["id"])
    cli("make", "a dog", *SMALLEST, "-o", "dog.mp4")

    assert states(cli) == ["delivered", "delivered"]
    assert frames(tmp_path / "cat.mp4") == frames(tmp_path / "dog.mp4")
    assert (tmp_path / "cat.mp4").read_bytes() != (tmp_path / "dog.mp4").read_bytes()


@pytest.mark.crash
def test_an_interrupted_clip_is_brought_by_the_running_bot(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    said = asyncio.run(_interrupt_make(tmp_path))
    (job,) = cli.json("jobs", "list")

    assert f"Video {job['id']} is not lost: the next `reelbot run` brings it to {tmp_path}/out.mp4." in said
    assert not (tmp_path / "out.mp4").exists()

    asyncio.run(_run_until_there(tmp_path))
    assert frames(tmp_path / "out.mp4") > 100
    assert states(cli) == ["delivered"]
    assert cli.json("ledger", "verify")["sound"]


async def _interrupt_make(folder) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "make", "a cat", "--seconds", "10", cwd=folder, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        while not (line := await process.stderr.readline()).startswith(b"Being made"):
            assert line
        process.send_signal(signal.SIGINT)
        rest = await process.stderr.read()
        assert await process.wait() == 130
    return rest.decode()


async def _run_until_there(folder) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--only", "worker", cwd=folder, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        while b"state=delivered" not in (line := await process.stderr.readline()):
            assert line
        process.send_signal(signal.SIGTERM)
        await process.stderr.read()
        assert await process.wait() == 0


class TestOnPostgres:
    @pytest.fixture(autouse=True)
    def there(self, monkeypatch, postgres_url):
        monkeypatch.setenv("DATABASE_URL", postgres_url)

    def test_without_a_worker_it_carries_the_job_itself(self, cli, tmp_path):
        assert cli("make", "a cat", *SMALLEST).exit_code == 0

        assert frames(tmp_path / "out.mp4") > 100
        assert states(cli) == ["delivered"]

    @pytest.mark.crash
    @pytest.mark.parametrize("host", ["", "another-machine"])
    def test_a_worker_carries_it_and_the_clip_is_brought_here(self, cli, monkeypatch, tmp_path, host):
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        (tmp_path / "out.mp4").write_text("an older clip")
        words = [sys.executable, "-m", "bot", "run", "--only", "worker"]
        worker = subprocess.Popen(words, stderr=subprocess.PIPE, env=unmeasured())
        with worker:
            try:
                while b"ready" not in (line := worker.stderr.readline()):
                    assert line
                if host:
                    monkeypatch.setattr("socket.gethostname", lambda: host)
                made = cli.json("make", "a cat", *SMALLEST)
            finally:
                worker.terminate()
            said = worker.stderr.read().decode()

        assert frames(tmp_path / "out.mp4") > 100
        assert "state=delivered" in said
        assert made["receipt"] == f"Charged 3 credits · {made['job']}"
        assert states(cli) == ["delivered"]
