"""`reelbot move` says what it carried over and what to do next, or why it did not."""

from storage.lock import only_one


def test_an_installation_is_carried_over_and_the_next_steps_are_told(cli, postgres_url):
    cli.text("credits", "grant", "discord:1", 100)
    cli.prepare(lambda scene: scene.rich())
    before = cli.contents()

    said = cli.text("move", f"sqlite:///{cli.database}", postgres_url)

    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[:4] == ["table rows", "users 1", "wallets 2", "ledger 2"]
    assert lines[4:] == [
        "Every row was read again and is the same.",
        "Videos under way, carried on at the next start: 0.",
        "Set DATABASE_URL to the target and start.",
        "Keep the source as a backup, and start no bot on it.",
        f"Images, clips and secret.key stay in {cli.folder}: every host needs this same folder.",
    ]
    assert cli.contents() == before


def test_a_program_is_told_every_table(cli, postgres_url):
    cli.text("credits", "grant", "discord:1", 100)

    moved = cli.json("move", f"sqlite:///{cli.database}", postgres_url)

    assert (moved["rows"]["ledger"], moved["rows"]["jobs"], moved["living"], moved["drifts"]) == (1, 0, 0, 0)


def test_books_that_do_not_balance_are_not_kept_quiet_about(cli, postgres_url):
    cli.text("credits", "grant", "discord:1", 100)
    cli.sql("UPDATE wallets SET balance = 99")

    said = cli.text("move", f"sqlite:///{cli.database}", postgres_url)

    assert "The books did not balance before, either (1): see `reelbot ledger verify`." in said


def test_a_second_time_is_refused(cli, postgres_url):
    cli.text("credits", "grant", "discord:1", 100)
    cli.text("move", f"sqlite:///{cli.database}", postgres_url)

    assert cli.refusal("move", f"sqlite:///{cli.database}", postgres_url) == (
        "The target is not empty: there are rows in its table wallets."
    )


def test_nothing_is_carried_away_under_a_running_bot(cli, postgres_url):
    cli.text("credits", "grant", "discord:1", 100)
    with only_one(cli.folder):
        assert "already running" in cli.refusal("move", f"sqlite:///{cli.database}", postgres_url)


def test_what_is_no_database_is_refused_before_anything_is_made(cli, tmp_path):
    sentence = cli.refusal("move", f"sqlite:///{tmp_path}/nowhere.db", f"sqlite:///{tmp_path}/new.db")
    assert sentence == f"There is no database at {tmp_path}/nowhere.db."
    assert not (tmp_path / "new.db").exists()
    assert "want sqlite:///" in cli.refusal("move", "nonsense", f"sqlite:///{tmp_path}/new.db")
