import sqlite3
from contextlib import closing


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
    assert result.stdout.startswith("Backed up to new/folder/copy.db. Pictures and clips lie in ")
    assert granted(tmp_path / "new/folder/copy.db") == 100


def test_a_newer_backup_takes_the_place_of_an_older_one(cli, tmp_path):
    cli.text("credits", "grant", "discord:1", 100)
    cli.json("db", "backup", "copy.db")
    cli.text("credits", "grant", "discord:1", 5)

    assert cli.json("db", "backup", "copy.db") == {"file": "copy.db", "bytes": (tmp_path / "copy.db").stat().st_size}
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

    assert "The backup failed and was not kept: file is not a database." in cli("db", "backup", "copy.db").stderr
    assert granted(tmp_path / "copy.db") == 100


def test_a_file_that_is_no_database_is_said_to_be_none(cli):
    cli.folder.mkdir()
    cli.database.write_bytes(b"no database" * 1000)
    result = cli("jobs", "list")

    assert (result.exit_code, result.stderr) == (1, "The database cannot be used: file is not a database.\n")


def test_a_database_of_a_newer_version_is_left_alone(cli):
    cli.text("db", "upgrade")
    cli.sql("UPDATE alembic_version SET version_num = '9999'")

    assert cli.refusal("jobs", "list").startswith("The database belongs to another version of Reelbot: ")
