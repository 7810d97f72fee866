import shutil
import sqlite3
from contextlib import closing

import pytest

from storage.lock import only_one


def test_upgrade_makes_a_database_and_may_be_repeated(cli):
    assert cli.text("db", "upgrade") == "The database is up to date.\n"
    assert cli.json("db", "upgrade") == {"up_to_date": True}
    assert cli.database.is_file()


def granted(path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT sum(balance) FROM wallets").fetchone()[0]


def test_a_backup_holds_everything_and_makes_its_folder(cli, tmp_path):
    cli.text("credits", "grant", "discord:1", 100)
    result = cli("db", "backup", "new/folder/copy.db")

    assert result.exit_code == 0
    assert result.stdout.startswith("Backed up to new/folder/copy.db. Copy secret.key, images and clips from ")
    assert granted(tmp_path / "new/folder/copy.db") == 100


def test_a_newer_backup_takes_the_place_of_an_older_one_only_when_that_is_said(cli, tmp_path):
    cli.text("credits", "grant", "discord:1", 100)
    cli.json("db", "backup", "copy.db")
    cli.text("credits", "grant", "discord:1", 5)

    assert cli.refusal("db", "backup", "copy.db") == (
        "copy.db is there already: name another file, or replace it with --force."
    )
    assert granted(tmp_path / "copy.db") == 100
    done = cli.json("db", "backup", "copy.db", "--force")
    assert done == {"file": "copy.db", "bytes": (tmp_path / "copy.db").stat().st_size}
    assert granted(tmp_path / "copy.db") == 105
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_over_the_database_itself_is_refused(cli):
    cli.text("credits", "grant", "discord:1", 100)

    assert cli.refusal("db", "backup", "data/../data/reelbot.db") == (
        "data/../data/reelbot.db is the database itself: a backup needs a file of its own."
    )


def test_a_backup_needs_a_file_name(cli):
    cli.text("db", "upgrade")

    assert cli.refusal("db", "backup", ".") == ". is a folder: name the file to write."


def test_without_a_database_there_is_nothing_to_back_up(cli, tmp_path):
    assert cli.refusal("db", "backup", "copy.db") == (
        "The backup failed and was not kept: unable to open database file."
    )
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_below_a_file_is_refused(cli, tmp_path):
    cli.text("db", "upgrade")
    (tmp_path / "file").touch()

    assert cli.refusal("db", "backup", "file/copy.db").startswith("The backup failed and was not kept: ")


def test_a_failed_backup_leaves_the_older_one_alone(cli, tmp_path):
    cli.text("credits", "grant", "discord:1", 100)
    cli.json("db", "backup", "copy.db")
    for extra in cli.folder.glob("reelbot.db-*"):
        extra.unlink()
    cli.database.write_bytes(b"no database" * 1000)

    assert (
        "The backup failed and was not kept: file is not a database."
        in cli("db", "backup", "copy.db", "--force").stderr
    )
    assert granted(tmp_path / "copy.db") == 100


def test_a_file_that_is_no_database_is_said_to_be_none(cli):
    cli.folder.mkdir()
    cli.database.write_bytes(b"no database" * 1000)
    result = cli("jobs", "list")

    assert (result.exit_code, result.stderr) == (1, "The database cannot be used: file is not a database.\n")


def test_a_database_of_a_newer_version_is_left_alone(cli):
    cli.text("db", "upgrade")
    cli.sql("UPDATE alembic_version SET version_num = '9999'")

    sentence = cli.refusal("jobs", "list")

    assert sentence.startswith(
        "The database belongs to another version of Reelbot: it is at revision 9999 and this one knows "
    )
    assert sentence.endswith("run the newer version again, or restore a backup from before it.")


def test_a_backup_is_restored_into_an_empty_folder(cli, tmp_path):
    cli.text("credits", "grant", "discord:1", 100)
    cli.json("db", "backup", "copy.db")
    shutil.rmtree(cli.folder)

    assert cli.json("db", "restore", "copy.db") == {"restored": "copy.db", "under_way": 0}
    assert granted(cli.database) == 100
    assert cli.json("ledger", "verify")["sound"]


def test_a_database_that_is_there_is_put_aside_only_when_that_is_said(cli):
    cli.text("credits", "grant", "discord:1", 100)
    cli.json("db", "backup", "copy.db")
    cli.text("credits", "grant", "discord:1", 5)

    assert cli.refusal("db", "restore", "copy.db") == (
        f"{cli.database} is there already: --force keeps it beside the restored one, renamed."
    )
    assert cli.json("db", "restore", "copy.db", "--force") == {"restored": "copy.db", "under_way": 0}
    assert granted(cli.database) == 100
    (older,) = cli.folder.glob("before-*-reelbot.db")
    assert granted(older) == 105


def test_videos_under_way_go_on_and_what_came_later_is_warned_of(cli):
    cli.prepare(under_way)
    cli.json("db", "backup", "copy.db")

    words = " ".join(cli("db", "restore", "copy.db", "--force").stdout.split())
    assert words == (
        "Restored. At the start 1 videos go on from where they were when the backup was made. A video that was ordered"
        " only after that is ordered again: see `reelbot jobs list` before you start."
    )


async def under_way(scene):
    await scene.rich()
    return await scene.rendering()


def test_what_the_disk_refuses_is_said(cli):
    cli.text("db", "upgrade")
    shutil.rmtree(cli.folder)
    cli.folder.mkdir()
    (cli.folder / "reelbot.db.part").mkdir()
    (cli.folder / "reelbot.db.part" / "full").touch()

    assert cli.refusal("db", "restore", "copy.db").startswith("Nothing was restored: Is a directory (")


def test_nothing_is_restored_while_the_bot_runs(cli):
    cli.text("credits", "grant", "discord:1", 100)
    cli.json("db", "backup", "copy.db")
    with only_one(cli.folder):
        assert "is already running on" in cli.refusal("db", "restore", "copy.db", "--force")


@pytest.mark.parametrize(("file", "why"), [("none.db", "unable to open database file"), ("text.db", "not a database")])
def test_what_cannot_be_restored_leaves_everything_as_it_is(cli, tmp_path, file, why):
    cli.text("credits", "grant", "discord:1", 100)
    (tmp_path / "text.db").write_bytes(b"no database" * 1000)

    sentence = cli.refusal("db", "restore", file, "--force")

    assert sentence.startswith("Nothing was restored: ")
    assert why in sentence
    assert not list(cli.folder.glob("before-*"))
