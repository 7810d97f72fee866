"""A backup made while the real bot works is restored, as the README says, by a real process into a fresh folder."""

import asyncio
import shutil
import signal
from pathlib import Path

import pytest

from tests.crash.starting import ROOT, bot, reelbot, reelbot_json, sound
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.fakes.person import Person

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]


def at(monkeypatch, folder: Path) -> None:
    """Point the command line at a data folder."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DATA_DIR", str(folder))


def copy_files(source: Path, target: Path) -> None:
    """What `cp -r secret.key images clips` copies, as far as it is there."""
    target.mkdir(exist_ok=True)
    shutil.copy(source / "secret.key", target)
    for name in ("images", "clips"):
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)


async def test_a_backup_becomes_a_bot_that_goes_on_with_all_that_it_had(tmp_path, monkeypatch):
    api = VideoApi(await asyncio.to_thread(tiny_clip, tmp_path / "clip.mp4"))
    first_folder, kept, fresh = tmp_path / "data", tmp_path / "backup", tmp_path / "fresh"
    at(monkeypatch, first_folder)
    async with api.serve() as url, Person() as ann, Person() as ben:
        async with bot(first_folder, url) as first:
            done = await ann.ask_and_follow(first.address, until={"delivered"})
            api.ready = False
            await ben.ask_and_follow(first.address, until={"rendering"})
            assert (await reelbot_json(tmp_path, "db", "backup", str(kept / "reelbot.db")))["bytes"] > 0
            await asyncio.to_thread(copy_files, first_folder, kept)
            # And then the machine is gone, with whatever happened since.
            await ann.say(first.address, "/language en")
            first.process.send_signal(signal.SIGKILL)
            await first.process.wait()
        at(monkeypatch, fresh)
        code, words, _ = await reelbot(tmp_path, "db", "restore", str(kept / "reelbot.db"))
        assert (code, words.startswith("Restored. At the start 1 videos go on")) == (0, True)
        await asyncio.to_thread(copy_files, kept, fresh)
        api.ready = True
        async with bot(fresh, url) as second:
            # What was under way goes on, for the same person with the same cookie.
            note = await ben.follow(second.address, until={"delivered"})
            assert note["details"][-1] == f"Charged 28 credits · {note['job']}"
            assert await ann.credits(second.address) == "You have 72 credits."
            # A link from before the backup, and a button, still work.
            assert await ann.download(second.address, done["clip"]["url"]) == await ben.download(
                second.address, note["clip"]["url"]
            )
            again = await ann.click(second.address, done, "Edit prompt")
            assert again["compose"].endswith(" a cat")
            assert await sound(tmp_path)
    assert api.submits == {done["job"]: 1, note["job"]: 1}
