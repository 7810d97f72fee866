"""Only one process carries the jobs of a folder, and a killed one holds nothing."""

import os
import subprocess
import sys

import pytest

from storage.lock import AlreadyRunning, only_one

HOLD = """
import sys, pathlib
from storage.lock import only_one
with only_one(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_is_told_who_holds_the_folder(holder, tmp_path):
    sentence = f"process {holder.pid}.*already running on {tmp_path}"
    with pytest.raises(AlreadyRunning, match=sentence), only_one(tmp_path):
        pass


def test_a_killed_process_lets_go(holder, tmp_path):
    holder.kill()
    holder.wait()

    with only_one(tmp_path):
        assert (tmp_path / "reelbot.lock").read_text() == f"{os.getpid()}\n"


def test_the_folder_is_free_again_after_the_block(tmp_path):
    for _ in range(2):
        with only_one(tmp_path):
            pass


async def test_it_can_be_taken_on_the_event_loop(tmp_path):
    with only_one(tmp_path), pytest.raises(AlreadyRunning, match=str(os.getpid())), only_one(tmp_path):
        pass
