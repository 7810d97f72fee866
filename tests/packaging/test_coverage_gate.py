import os
import subprocess
import sys
from pathlib import Path

from tests.coverage_gate import shortfalls

ROOT = Path(__file__).parents[2]
NOTHING_OF_OURS = {"PATH": os.defpath}
"""This run may be measured itself, and must not be taken for a part of the other one."""
CODE = "def sign(number):\n    if number < 0:\n        return -1\n    return 1\n"


def file(there: int, lines=(), branches=(), more_branches: int = 0) -> dict:
    return {
        "summary": {
            "num_statements": there,
            "covered_lines": there - len(lines),
            "num_branches": more_branches + len(branches),
            "covered_branches": more_branches,
        },
        "missing_lines": list(lines),
        "missing_branches": [list(branch) for branch in branches],
    }


def run_in(folder: Path, test: str, *, package: str = "bot/core") -> subprocess.CompletedProcess[str]:
    (folder / package).mkdir(parents=True)
    (folder / package / "signs.py").write_text(CODE)
    (folder / "test_signs.py").write_text(test)
    (folder / "tests").symlink_to(ROOT / "tests", target_is_directory=True)
    (folder / "coverage.ini").write_text("[run]\nbranch = true\nsource = bot\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.coverage_gate", "--cov", "--cov-config=coverage.ini"]
    return subprocess.run(
        [*command, "-p", "no:randomly", "-p", "no:cacheprovider", "test_signs.py"],
        cwd=folder, env=NOTHING_OF_OURS, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_core_must_be_covered_whole():
    files = {"bot/core/life.py": file(200, branches=[(7, -1)]), "bot/core/model.py": file(100)}

    assert list(shortfalls(files)) == ["bot/core is covered by 99.7 %, must be 100 %", "  bot/core/life.py: 7->exit"]


def test_elsewhere_a_package_may_lack_a_tenth():
    enough = {"bot/web/a.py": file(90), "bot/web/b.py": file(10, lines=range(1, 11))}
    too_little = {"bot/web/a.py": file(89), "bot/web/b.py": file(11, lines=range(1, 12))}

    assert list(shortfalls(enough)) == []
    assert next(shortfalls(too_little)) == "bot/web is covered by 89.0 %, must be 90 %"


def test_one_package_does_not_hide_behind_another():
    files = {"bot/web/a.py": file(1000), "storage/b.py": file(10, lines=[3, 4, 8], branches=[(2, 3), (2, 5)])}

    assert list(shortfalls(files)) == ["storage is covered by 58.3 %, must be 90 %", "  storage/b.py: 3-4, 8, 2->5"]


def test_a_package_without_statements_is_covered():
    assert list(shortfalls({"bot/core/__init__.py": file(0)})) == []


def test_too_little_coverage_fails_the_run_and_leaves_the_last_line_to_pytest(tmp_path):
    done = run_in(tmp_path, "from bot.core.signs import sign\ndef test_it():\n    assert sign(1) == 1\n")

    assert done.returncode == 1
    assert "  bot/core/signs.py: 3" in done.stdout.splitlines()
    assert "1 passed" in done.stdout.splitlines()[-1]


def test_enough_coverage_passes_the_run(tmp_path):
    done = run_in(tmp_path, "from bot.core.signs import sign\ndef test_it():\n    assert sign(1) + sign(-1) == 0\n")

    assert done.returncode == 0
    assert "too low" not in done.stdout
    assert "1 passed" in done.stdout.splitlines()[-1]
