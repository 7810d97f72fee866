import json
import zipfile

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.model import FileName, Request, UserId
from tests.contracts.store_scene import ANN, CLIP

LONG = "a cat that walks along a very long wall in the light of the evening sun " * 3


async def a_life(scene):
    await scene.rich()
    request = Request("hailuo", LONG, 6, "768P", FileName("photo.jpg"))
    return await scene.delivered(request=request)


def put_files(cli):
    files = [cli.folder / "images" / "photo.jpg", cli.folder / "clips" / CLIP.file, cli.folder / "clips" / "a.jpg"]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"private")
    return files


def test_an_export_is_whole_json_however_narrow_the_terminal(cli):
    job = cli.prepare(a_life)
    result = cli("export", "web:ann")

    document = json.loads(result.stdout)
    assert (document["user"], document["name"], document["balance"]) == ("web:ann", "Ann", 95)
    assert [(video["id"], video["prompt"]) for video in document["videos"]] == [(job.id, LONG)]
    assert [line["kind"] for line in document["ledger"]] == ["spend", "hold", "grant"]


def test_an_export_into_a_file_holds_pictures_and_clips_too(cli, tmp_path):
    cli.prepare(a_life)
    put_files(cli)

    written = cli("export", "web:ann", "-o", "ann.zip").stdout
    assert written == "Written to ann.zip: a document, and 2 pictures and clips.\n"
    with zipfile.ZipFile(tmp_path / "ann.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["clips/a.mp4", "pictures/photo.jpg", "reelbot.json"]
        assert archive.read("clips/a.mp4") == b"private"
        document = json.loads(archive.read("reelbot.json"))
    assert (document["user"], document["files_left_out"]) == ("web:ann", [])


def test_an_export_holds_what_was_said_in_the_web_chat(cli):
    async def talks(scene):
        await a_life(scene)
        await scene.store.add(ANN.id, "said", '{"key": "k", "text": "hello"}')

    cli.prepare(talks)
    document = json.loads(cli("export", "web:ann").stdout)

    (said,) = document["messages"]
    assert (said["kind"], said["content"]["text"]) == ("said", "hello")


def test_an_export_into_a_folder_that_is_not_there_is_refused(cli):
    cli.prepare(a_life)

    assert cli.refusal("export", "web:ann", "-o", "no/where.json") == (
        "no/where.json cannot be used: No such file or directory."
    )


def test_an_export_changes_nothing(cli):
    cli.prepare(a_life)
    before = cli.contents()
    cli("export", "web:ann")

    assert cli.contents() == before


def test_credits_given_in_advance_are_exported_too(cli):
    cli.text("credits", "grant", "discord:5", 10)

    assert json.loads(cli("export", "discord:5").stdout)["balance"] == 10


def test_whoever_is_unknown_is_neither_exported_nor_forgotten(cli):
    cli.prepare(a_life)
    sentence = "Nobody is known as web:bob: people are known by the id that their chat gives them."

    assert cli.refusal("export", "web:bob") == sentence
    assert cli.refusal("forget", "web:bob") == sentence


def test_forgetting_erases_words_and_files_and_keeps_the_books_sound(cli):
    cli.prepare(a_life)
    files = put_files(cli)

    assert cli.text("forget", "web:ann", "--yes") == "web:ann is forgotten. Files deleted: 3.\n"
    assert not any(file.exists() for file in files)
    assert "evening sun" not in "\n".join(cli.contents())
    assert "web:ann" not in "\n".join(cli.contents())
    assert cli.json("ledger", "verify")["sound"]


@pytest.mark.parametrize(
    ("answer", "done"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_forgetting_asks_first(cli, answer, done):
    cli.prepare(a_life)
    result = CliRunner().invoke(app, ["forget", "web:ann"], input=answer, catch_exceptions=False)

    assert "This erases all that web:ann said and made, for good" in result.stderr
    assert (result.exit_code == 0, "Nothing was erased." not in result.stderr) == (done, done)
    assert ("web:ann" in "\n".join(cli.contents())) is not done


def test_forgetting_as_json(cli):
    cli.prepare(a_life)

    assert cli.json("forget", "web:ann", "--yes") == {"forgotten": "web:ann", "pictures": 1, "clips": 2}


def test_somebody_without_a_wallet_has_an_account_all_the_same(cli):
    async def speaks(scene):
        user = UserId("web", "silent")
        await scene.store.set_language(user, "en")
        return await scene.store.account(user)

    account = cli.prepare(speaks)
    assert (account.language, account.wallet.balance) == ("en", 0)
