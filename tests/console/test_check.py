import json

import pytest

from providers.errors import Misconfigured, MisconfiguredKind, NoSuchTicket, TryLater, UnexpectedReply
from storage.lock import only_one
from tests.console.shelf import Meeting, ProvingProvider, SilentProvider, formats, offer, with_offers
from tests.fakes.provider import FakeProvider


def findings(cli) -> dict[str, tuple[bool, str]]:
    result = cli("check", "--json")
    return {one["part"]: (one["fine"], one["words"]) for one in json.loads(result.stdout)}


def test_on_a_fresh_machine_everything_is_fine(cli):
    text = cli("check")

    assert text.exit_code == 0
    assert "WRONG" not in text.stdout
    assert [line.split()[:2] for line in text.stdout.splitlines()[1:] if line.startswith("ok")] == [
        ["ok", "settings"],
        ["ok", "data"],
        ["ok", "books"],
        ["ok", "bot"],
        ["ok", "pictures"],
        ["ok", "providers"],
        ["ok", "preview"],
        ["ok", "web"],
    ]
    assert all(len(line) <= 80 for line in text.stdout.splitlines())
    assert all(one["fine"] for one in cli.json("check"))


def test_a_file_in_the_place_of_the_data_folder_is_found(cli, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    monkeypatch.setenv("DATA_DIR", str(folder))
    found = findings(cli)

    assert found["data folder"] == (
        False,
        f"cannot be written (Not a directory): give this user {folder}, or set DATA_DIR.",
    )
    assert not found["books"][0]
    assert found["bot"] == (False, f"{folder}/reelbot.lock cannot be used: Not a directory.")
    assert found["pictures"][0]


def test_little_room_is_found(cli, monkeypatch):
    monkeypatch.setattr("bot.console.checking.ROOM_BYTES", 1 << 60)
    fine, words = findings(cli)["data folder"]

    assert not fine
    assert words.endswith("MB free: make room, or lower KEEP_DAYS.")


def test_a_slip_of_the_pen_in_the_file_is_found_and_said_once(cli, tmp_path):
    (tmp_path / ".env").write_text("LISTN=127.0.0.1:1\n")
    result = cli("check")

    assert result.exit_code == 1
    assert "WRONG  settings     LISTN in .env is no setting. Did you mean LISTEN?" in result.stdout
    assert result.stderr == ""


def test_other_commands_warn_of_it_and_go_on(cli, tmp_path):
    (tmp_path / ".env").write_text("LISTN=127.0.0.1:1\n")
    result = cli("jobs", "list")

    assert (result.exit_code, result.stdout) == (0, "There are no such jobs.\n")
    assert result.stderr == "LISTN in .env is no setting. Did you mean LISTEN?\n"


def test_wrong_settings_are_findings_each(cli, monkeypatch):
    monkeypatch.setenv("LISTEN", "here")
    monkeypatch.setenv("KEEP_DAYS", "-1")
    result = cli("check", "--json")

    assert result.exit_code == 1
    assert [(one["part"], one["fine"]) for one in json.loads(result.stdout)] == [("settings", False)] * 2
    assert 'LISTEN is "here"' in result.stdout.replace('\\"', '"')


@pytest.mark.parametrize("words", [("jobs", "list"), ("providers",), ("run",), ("demo", "--once"), ("make", "a cat")])
def test_with_a_wrong_setting_every_command_names_it_and_does_nothing(cli, monkeypatch, words):
    monkeypatch.setenv("LISTEN", "here")
    sentence = cli.refusal(*words)

    assert sentence.startswith('LISTEN is "here": it has to be ')
    assert not cli.folder.exists()


def test_nobody_to_talk_to_is_found(cli, monkeypatch):
    monkeypatch.setenv("WEB_CHAT", "off")

    mend = "nobody can ask for anything: set DISCORD_TOKEN, TELEGRAM_TOKEN or WEB_CHAT=on."
    assert findings(cli)["chats"] == (False, mend)


def test_nothing_that_makes_videos_is_found(cli, monkeypatch):
    monkeypatch.setenv("PREVIEW", "off")

    assert findings(cli)["providers"] == (
        False,
        "no provider can make anything: set a provider's key, or PREVIEW=on.",
    )


def test_a_running_bot_is_seen(cli):
    cli.folder.mkdir()
    with only_one(cli.folder):
        fine, words = findings(cli)["bot"]

    assert fine
    assert words.startswith("running as process ")


def test_pictures_that_cannot_be_worked_on_are_found(cli, monkeypatch):
    monkeypatch.setattr("bot.media.shop.PICTURES", "bot.media.there_is_no_such_module")
    fine, words = findings(cli)["pictures"]

    assert not fine
    assert words.endswith("reinstall the requirements.")


def test_each_key_that_holds_is_said_to(cli, put, monkeypatch):
    monkeypatch.setenv("MINIMAX_API_KEY", "k1")
    monkeypatch.setenv("VTRIX_API_KEY", "k2")
    put(ProvingProvider("minimax"), FakeProvider("mute"), ProvingProvider("vtrix"), ProvingProvider("own"))
    found = findings(cli)

    assert found["providers"] == (True, "minimax, mute, vtrix, own: hailuo-02")
    assert (found["minimax"], found["vtrix"]) == ((True, "key holds"), (True, "key holds"))
    assert found["own"] == (True, "answers; it has no key")
    assert "mute" not in found
    assert cli("check").exit_code == 0


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (
            Misconfigured(MisconfiguredKind.KEY, "401 invalid api key"),
            "the key is refused (401 invalid api key): check ACME_API_KEY and ACME_BASE_URL.",
        ),
        (
            Misconfigured(MisconfiguredKind.BALANCE, "1008"),
            "the balance is used up (1008): top it up at the provider.",
        ),
        (
            Misconfigured(MisconfiguredKind.PLAN, "2061"),
            "the plan does not allow it (2061): change it at the provider.",
        ),
        (
            Misconfigured(MisconfiguredKind.ADDRESS, "404"),
            "this is not the provider's address (404): check ACME_BASE_URL.",
        ),
        (
            UnexpectedReply("a page instead of JSON"),
            "this is not the provider's address (a page instead of JSON): check ACME_BASE_URL.",
        ),
        (TryLater("no connection"), "does not answer (no connection): try again, or check ACME_BASE_URL."),
        (NoSuchTicket("none"), "said nothing about the key (none): try again."),
    ],
)
def test_a_key_that_does_not_hold_is_found_with_how_to_mend_it(cli, put, trouble, words):
    put(ProvingProvider("acme", word=trouble), ProvingProvider("zeta"))
    found = findings(cli)

    assert found["acme"] == (False, words)
    assert found["zeta"][0]
    assert cli("check").exit_code == 1


def test_a_provider_that_does_not_answer_is_not_waited_for_long(cli, put, monkeypatch):
    monkeypatch.setattr("bot.console.proving.PROVE_WITHIN", 0.02)
    put(SilentProvider("acme"))

    assert findings(cli)["acme"] == (False, "did not answer within 0 seconds: try again.")


def test_all_keys_are_asked_about_at_once(cli, put):
    put(*Meeting("acme", "zeta").providers)
    found = findings(cli)

    assert found["acme"][0]
    assert found["zeta"][0]


def test_offers_that_need_a_public_address_are_named_and_no_fault(cli, put, monkeypatch):
    shapes = formats("6 768P 0.28")
    offers = [offer("acme/live", "live", shapes, by_url_only=True), offer("acme/one", "one", shapes)]
    put(with_offers(ProvingProvider("acme"), *offers))

    assert findings(cli)["public address"] == (
        True,
        "left out, for they take pictures by address only: acme/live. Set PUBLIC_URL to have them.",
    )
    assert cli("check").exit_code == 0
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
    assert "public address" not in findings(cli)


def test_providers_that_can_make_nothing_are_a_fault(cli, put):
    put(with_offers(ProvingProvider("acme"), offer("acme/live", "live", formats("6 768P 0.28"), by_url_only=True)))

    assert findings(cli)["providers"] == (False, "acme can make nothing: set PUBLIC_URL, or another key.")
