"""The audit finds what was bent by hand, and names the rule."""

import pytest
from sqlalchemy import text

from bot.core.model import Cap, Charge, State
from bot.core.store import Change


@pytest.mark.parametrize(
    ("bend", "rule"),
    [
        ("UPDATE wallets SET balance = balance + 1", "a wallet's balance is the sum of its ledger"),
        ("UPDATE wallets SET held = held + 1", "a wallet's hold is the sum of its ledger"),
        ("UPDATE wallets SET held = held + 1", "a wallet holds the prices of its unsettled jobs"),
        ("UPDATE jobs SET price = price + 1", "a wallet holds the prices of its unsettled jobs"),
        ("UPDATE jobs SET charges = 2 WHERE charge = 'held'", "a charged job has its hold in the ledger"),
        ("UPDATE jobs SET charge = 'released' WHERE charge = 'spent'", "a settled job has its end in the ledger"),
        ("UPDATE jobs SET charge = 'spent' WHERE charge = 'held'", "a settled job has its end in the ledger"),
        ("UPDATE jobs SET charge = 'held' WHERE charge = 'spent'", "an unsettled job has no end in the ledger"),
        ("UPDATE jobs SET state = 'failed' WHERE charge = 'held'", "no job has ended with its price still held"),
        ("UPDATE counters SET used = 7", "a counter of running jobs counts the living ones"),
        (
            "PRAGMA ignore_check_constraints=ON; UPDATE wallets SET balance = -1",
            "no wallet is below nought",
        ),
        (
            "PRAGMA ignore_check_constraints=ON; UPDATE counters SET used = -1",
            "no counter is below nought",
        ),
    ],
)
async def test_every_bent_book_is_found(database, store, scene, bend, rule):
    await scene.rich()
    await scene.delivered()
    await scene.queued(caps=(Cap("member_running", "running:ann", 1, 2, None),))
    await store.move(await scene.queued(), Change(State.FAILED, charge=Charge.RELEASED))
    assert await store.verify() == []

    def by_hand(connection):
        for statement in bend.split(";"):
            connection.execute(text(statement))

    await database.tx(by_hand)

    drifts = [drift for drift in await store.verify() if drift.rule == rule]
    assert drifts
    assert all(drift.expected != drift.found for drift in drifts)
