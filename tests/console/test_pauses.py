import pytest

from tests.fakes.provider import FakeProvider


@pytest.fixture(autouse=True)
def shelf(put):
    put(FakeProvider())


def test_a_provider_is_paused_shown_so_and_used_again(cli):
    assert cli.text("providers", "pause", "acme") == "acme is paused.\n"
    assert cli.text("providers", "pause", "acme") == "acme is paused already.\n"
    assert " paused by an operator " in cli.text("providers")
    (shown,) = cli.json("providers")["providers"]
    assert (shown["open"], shown["health"]["why"]) == (False, "paused")
    assert cli.text("providers", "resume", "acme") == "acme is in use again.\n"
    assert cli.text("providers", "resume", "acme") == "acme is not paused.\n"


def test_programs_read_whether_it_is_paused(cli):
    assert cli.json("providers", "pause", "acme") == {"provider": "acme", "paused": True}
    assert cli.json("providers", "resume", "acme") == {"provider": "acme", "paused": False}


def test_the_log_tells_who_paused_it_and_why(cli):
    cli.text("providers", "pause", "acme", "--reason", "a new key")
    cli.text("providers", "resume", "acme")
    found = cli.prepare(lambda scene: scene.store.deeds(None, 5))

    assert [(deed.act, deed.about, deed.words) for deed in found] == [
        ("resume", "acme", ""),
        ("pause", "acme", "a new key"),
    ]
    assert all(deed.actor.startswith("operator@") for deed in found)


@pytest.mark.parametrize("command", ["pause", "resume"])
def test_a_provider_that_there_is_not_is_refused(cli, command):
    cli.text("db", "upgrade")

    assert cli.refusal("providers", command, "moon") == ("“moon” is no provider that is turned on. There is: acme.")


def test_one_that_is_no_longer_configured_can_still_be_resumed(cli, put):
    cli.text("providers", "pause", "acme")
    put(FakeProvider("zenith"))

    assert cli.text("providers", "resume", "acme") == "acme is in use again.\n"
