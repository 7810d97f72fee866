"""What stands beside the code: the image holds what it needs and no secret, and what is locked is locked by hash."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lines(name):
    return (ROOT / name).read_text().splitlines()


def test_everything_that_is_copied_into_the_image_exists_and_is_let_in():
    let_in = {line.removeprefix("!") for line in lines(".dockerignore") if line.startswith("!")}
    copied = [
        source
        for line in lines("Dockerfile")
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]

    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert set(copied) <= let_in
    assert "*" in lines(".dockerignore")


def test_the_image_runs_unprivileged_with_a_health_check_and_no_secret():
    text = (ROOT / "Dockerfile").read_text()
    last_stage = text.rpartition("\nFROM ")[2]

    assert re.search(r"^USER (?!root|0)", last_stage, re.MULTILINE)
    assert "HEALTHCHECK" in last_stage
    assert text.count("\nFROM ") == 2
    assert not re.search(r"(PASSWORD|TOKEN|SECRET|API_KEY)\s*=", text)
    assert "--require-hashes" in text


@pytest.mark.parametrize("name", ["requirements.lock", "tests/requirements.lock"])
def test_every_pinned_library_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert len(pins) == len(blocks)
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "--index" not in text
    assert "find-links" not in text


def test_the_locks_hold_every_library_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def missing(wanted, lock):
        locked = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.split(r"[<>=\[; ]", one, maxsplit=1)[0].lower().replace(".", "-") for one in wanted}
        return names - locked

    needed, groups = project["project"]["dependencies"], project["dependency-groups"]
    assert missing([*needed, *groups["build"]], "requirements.lock") == set()
    assert missing([*needed, *groups["build"], *groups["dev"]], "tests/requirements.lock") == set()


def test_pages_and_migrations_are_part_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = project["tool"]["setuptools"]["package-data"]

    for package, folder in (("bot.platforms.web", "page"), ("bot.web", "page")):
        assert f"{folder}/*" in packed[package]
        assert any((ROOT / package.replace(".", "/") / folder).iterdir())
    assert list((ROOT / "storage/migrations/versions").glob("0*.py"))


def test_the_readme_links_only_to_what_is_there():
    text = (ROOT / "README.md").read_text()
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    module = (ROOT / "bot/__init__.py").read_text()

    assert f'__version__ = "{project["project"]["version"]}"' in module
