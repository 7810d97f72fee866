import pytest


def test_granted_credits_are_there_and_stand_in_the_books(cli):
    assert cli.text("credits", "grant", "discord:1", 100, "--reason", "a prize") == "discord:1 now has 100 credits.\n"

    shown = cli.json("credits", "show", "discord:1")
    assert (shown["wallet"]["balance"], shown["wallet"]["held"]) == (100, 0)
    (line,) = shown["ledger"]
    assert (line["kind"], line["balance_change"], line["reason"]) == ("grant", 100, "a prize")
    assert line["actor"].startswith("operator@")


def test_taken_credits_are_gone(cli):
    cli.text("credits", "grant", "discord:1", 100)

    assert cli.json("credits", "take", "discord:1", 30)["balance"] == 70
    assert cli.json("credits", "grant", "discord:1", 5)["balance"] == 75
    assert cli.text("credits", "take", "discord:1", 75) == "discord:1 now has 0 credits.\n"


def test_the_same_key_counts_once(cli):
    for _ in range(2):
        cli.text("credits", "grant", "discord:1", 100, "--key", "christmas")

    assert cli.json("credits", "show", "discord:1")["wallet"]["balance"] == 100


def test_a_key_of_the_operator_never_meets_one_of_the_bot(cli):
    ann = cli.prepare(lambda scene: scene.rich())
    key = cli.json("credits", "show", ann.owner)["ledger"][0]["key"]
    cli.text("credits", "grant", ann.owner, 1, "--key", key)

    assert cli.json("credits", "show", ann.owner)["wallet"]["balance"] == 101


def test_a_wallet_is_shown_with_its_latest_movements(cli):
    async def one(scene):
        await scene.rich()
        return await scene.queued()

    job = cli.prepare(one)
    first, head, hold, gift = cli.text("credits", "show", "web:ann").splitlines()

    assert first == "web:ann has 95 credits, and 5 are held for videos under way."
    assert head.split() == ["at", "(UTC)", "kind", "balance", "held", "job", "why"]
    at = f"{job.created_at:%Y-%m-%d %H:%M}".split()
    assert hold.split() == [*at, "hold", "-5", "+5", job.id, "preview/card"]
    assert gift.split()[2:] == ["grant", "+100", "gift"]


def test_an_empty_wallet_is_said_to_be_empty(cli):
    assert cli.text("credits", "show", "discord:9").splitlines() == [
        "discord:9 has 0 credits, and 0 are held for videos under way.",
        "Nothing has moved yet.",
    ]


def test_more_than_there_is_cannot_be_taken(cli):
    cli.text("credits", "grant", "discord:1", 100)

    assert cli.refusal("credits", "take", "discord:1", 101) == "discord:1 has 100 credits; nothing was taken."


@pytest.mark.parametrize("amount", ["0", "-5", "1000000001", "99999999999999999999"])
@pytest.mark.parametrize("command", ["grant", "take"])
def test_an_amount_that_cannot_be_meant_is_refused(cli, command, amount):
    cli.text("credits", "grant", "discord:1", 100)

    assert cli.refusal("credits", command, "discord:1", amount) == (
        f"{amount} cannot be moved: the amount is a whole number from 1 to 1000000000."
    )


@pytest.mark.parametrize("owner", ["discord", "discord:", ":1", "", "discord:1 2", "Discord:1"])
@pytest.mark.parametrize(
    "words",
    [
        ("credits", "show", "OWNER"),
        ("credits", "grant", "OWNER", "5"),
        ("credits", "take", "OWNER", "5"),
        ("limits", "show", "OWNER"),
        ("limits", "set", "OWNER", "per_video", "5"),
        ("limits", "log", "OWNER"),
        ("export", "OWNER"),
        ("forget", "OWNER"),
    ],
)
def test_an_owner_that_names_nobody_is_refused(cli, words, owner):
    given = [owner if word == "OWNER" else word for word in words]

    assert cli.refusal(*given) == f"“{owner}” names nobody: write platform:id, for example discord:123."
    assert not cli.database.exists()


def test_sound_books_are_said_to_balance(cli):
    cli.text("credits", "grant", "discord:1", 100)

    assert cli.text("ledger", "verify") == "The books balance.\n"
    assert cli.json("ledger", "verify") == {"sound": True, "drift": []}


def test_drift_is_named_and_ends_with_exit_code_1(cli):
    cli.text("credits", "grant", "discord:1", 100)
    cli.sql("DROP TRIGGER ledger_keeps_lines", "UPDATE ledger SET balance_change = 93")
    plain, for_programs = cli("ledger", "verify"), cli("ledger", "verify", "--json")

    assert (plain.exit_code, for_programs.exit_code) == (1, 1)
    head, *lines = plain.stdout.splitlines()
    assert head.split() == ["what", "does", "not", "hold", "where", "expected", "found"]
    assert " ".join(" ".join(lines).split()) == "a wallet's balance is the sum of its ledger discord:1 93 100"
    assert '"sound": false' in for_programs.stdout
    assert cli("check").exit_code == 1
