import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.secret_key import SECRET_FILE, UnusableSecret, load_or_make_secret

ROOT = Path(__file__).parents[2]
ANOTHER_PROCESS = """
import pathlib, sys
from bot.secret_key import load_or_make_secret
sys.stdin.readline()
print(load_or_make_secret(pathlib.Path(sys.argv[1])).get_secret_value())
"""


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_secret_is_made_once_and_kept(tmp_path):
    first = load_or_make_secret(tmp_path / "deep" / "data")

    assert len(first.get_secret_value()) >= 32
    assert load_or_make_secret(tmp_path / "deep" / "data") == first
    assert names(tmp_path / "deep" / "data") == [SECRET_FILE]


def test_two_bots_have_two_secrets(tmp_path):
    assert load_or_make_secret(tmp_path / "a") != load_or_make_secret(tmp_path / "b")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_may_read_the_secret(tmp_path):
    load_or_make_secret(tmp_path)

    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600


def test_threads_that_start_together_get_the_same_secret(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(load_or_make_secret, [tmp_path] * 64))

    assert len({secret.get_secret_value() for secret in made}) == 1
    assert names(tmp_path) == [SECRET_FILE]


def test_processes_that_start_together_get_the_same_secret(tmp_path):
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(tmp_path)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)
    ]
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=30)[0] for process in started]

    assert len(set(answers)) == 1
    assert answers[0].strip()


@pytest.mark.parametrize("damage", ["", "short\n"])
def test_a_damaged_secret_is_not_replaced_in_silence(tmp_path, damage):
    (tmp_path / SECRET_FILE).write_text(damage)

    with pytest.raises(UnusableSecret, match="restore it from a backup"):
        load_or_make_secret(tmp_path)
    assert (tmp_path / SECRET_FILE).read_text() == damage


def test_a_folder_that_cannot_be_made_is_an_error_of_the_disk(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        load_or_make_secret(tmp_path / "file" / "data")
