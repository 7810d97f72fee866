import json

import pytest

from storage.lock import only_one


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
        ["ok", "chats"],
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

    assert findings(cli)["chats"] == (False, "nobody can ask for anything: set WEB_CHAT=on.")


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


def test_providers_are_listed_with_what_they_make_and_cost(cli):
    head, *lines = cli.text("providers").splitlines()

    assert head.split() == ["provider", "model", "length", "size", "USD", "credits", "from"]
    assert " ".join(lines[0].split()) == "preview preview 6 s 768P 0.06 6 text, picture, two pictures"
    assert len(lines) == 4
    (offer,) = cli.json("providers")
    assert offer["camera_moves"] == sorted(offer["camera_moves"])
    assert offer["formats"][0] == {"mode": "text", "resolution": "768P", "seconds": 6, "price_usd": "0.06"}


def test_without_providers_the_list_says_what_to_do(cli, monkeypatch):
    monkeypatch.setenv("PREVIEW", "off")

    assert cli.text("providers") == "No provider is turned on: set a key, or PREVIEW=on.\n"
