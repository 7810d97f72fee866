"""What `reelbot check` says of an installation of several hosts."""

import pytest

from tests.console.test_check import findings


@pytest.fixture
def many(monkeypatch, postgres_url):
    monkeypatch.setenv("DATABASE_URL", postgres_url)


def test_nobody_works_yet_and_the_folder_is_the_one_that_all_will_have(cli, many):
    found = findings(cli)

    assert found["books"] == (True, "schema up to date, the ledger balances")
    assert found["shared folder"] == (True, "the one that every host of this database has")
    assert found["bot"] == (True, "no worker is running; `reelbot run` starts one")


def test_a_host_that_does_not_see_the_files_of_the_others_is_told_so(cli, many, monkeypatch, tmp_path):
    findings(cli)
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("DATA_DIR", str(elsewhere))
    (mark,) = (cli.folder / "folder.id").read_text().split()
    sentence = (
        f"{elsewhere} is not where the other hosts of this database keep clips and images. Mount their folder as"
        " DATA_DIR. If it is theirs, without its file folder.id, or theirs is gone for good, say so:"
        f" echo {mark} >> {elsewhere}/folder.id"
    )

    assert findings(cli)["shared folder"] == (False, sentence)
    assert cli("run").stderr.splitlines()[-1] == sentence


def test_a_folder_that_was_moved_with_its_mark_is_the_same(cli, many, monkeypatch, tmp_path):
    findings(cli)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "folder.id").write_text((cli.folder / "folder.id").read_text())
    monkeypatch.setenv("DATA_DIR", str(elsewhere))

    assert findings(cli)["shared folder"][0]


def test_a_server_that_is_not_there_is_found(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"postgresql://reelbot:secret-word@/none?host={tmp_path}")
    found = findings(cli)

    for part in ("books", "shared folder", "bot"):
        fine, words = found[part]
        assert not fine
        assert "secret-word" not in words
