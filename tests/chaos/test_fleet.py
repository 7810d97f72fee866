"""Whose death is excused, and whose is a fault."""

from types import SimpleNamespace

import pytest

from tests.chaos.fleet import READY, Member


@pytest.fixture
def log(tmp_path):
    return tmp_path / "bot-000.log"


@pytest.fixture
def member(tmp_path):
    return Member("bot", ("run",), {}, SimpleNamespace(), tmp_path)


def test_a_death_without_a_cause_is_never_excused(member, log):
    log.write_bytes(b"")
    assert not member._is_excused(log)


def test_without_a_disk_or_a_database_nobody_has_to_start_and_whoever_serves_has_to_live_on(member, log):
    member.excuse(1.0)
    log.write_bytes(b"cannot be used: no such file\n")
    assert member._is_excused(log)
    log.write_bytes(b'{"parts": "worker", ' + READY + b"}\n")
    assert not member._is_excused(log)
