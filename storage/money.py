"""The books: wallets change by one conditional UPDATE, and every change is a line of the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, desc, insert, select, update

from bot.core.model import Charge, Job, JobId, Wallet
from bot.core.store import Grant, LedgerRow, NotEnough
from storage.dialects import Upsert
from storage.tables import ledger, wallets

COLUMNS = (wallets.c.id, wallets.c.owner, wallets.c.balance, wallets.c.held)
BY_OWNER = select(*COLUMNS).where(wallets.c.owner == bindparam("whose"))
# Jobs of this wallet may be opened meanwhile; their holds wait.
LOCKED = BY_OWNER.with_for_update(key_share=True)
BALANCE = select(wallets.c.balance).where(wallets.c.id == bindparam("wallet"))
OPEN = Upsert(
    lambda insert: insert(wallets).values(owner=bindparam("whose"), balance=0, held=0).on_conflict_do_nothing()
)
_balance = wallets.c.balance + bindparam("balance_change", type_=BigInteger)
_held = wallets.c.held + bindparam("held_change", type_=BigInteger)
TURN_OVER = (
    update(wallets)
    .where(wallets.c.id == bindparam("wallet"), _balance >= 0, _held >= 0)
    .values(balance=_balance, held=_held)
    .returning(*COLUMNS)
)
WRITE = insert(ledger)
WRITE_ONCE = Upsert(lambda insert: insert(ledger).on_conflict_do_nothing().returning(ledger.c.key))
NEWEST = (
    select(ledger)
    # Not by a join: this way the index brings the newest lines first, and the others are never read.
    .where(ledger.c.wallet == select(wallets.c.id).where(wallets.c.owner == bindparam("whose")).scalar_subquery())
    # Lines of one millisecond: `end:` sorts before the `hold:` that it follows.
    .order_by(desc(ledger.c.at), ledger.c.key)
    .limit(bindparam("most"))
)


class BooksBroken(Exception):
    """A wallet does not hold what its jobs say it holds: stop and run `reelbot ledger verify`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line about to be written, with the change of the wallet that it stands for."""

    key: str
    wallet: int
    kind: str
    balance_change: int
    held_change: int
    actor: str
    reason: str
    job: JobId | None = None

    def columns(self, now: datetime) -> dict[str, Any]:
        """The row to insert."""
        return {
            "key": self.key,
            "wallet": self.wallet,
            "kind": self.kind,
            "balance_change": self.balance_change,
            "held_change": self.held_change,
            "at": now,
            "job": self.job,
            "actor": self.actor,
            "reason": self.reason,
        }


def wallet_of(connection: Connection, owner: str) -> Wallet | None:
    """The owner's wallet, if there is one."""
    row = connection.execute(BY_OWNER, {"whose": owner}).one_or_none()
    return None if row is None else Wallet(*row)


def open_wallet(connection: Connection, owner: str) -> Wallet:
    """The owner's wallet, opened empty if there is none, and locked until the transaction ends."""
    row = connection.execute(LOCKED, {"whose": owner}).one_or_none()
    if row is None:
        connection.execute(OPEN.on(connection), {"whose": owner})
        row = connection.execute(LOCKED, {"whose": owner}).one()
    return Wallet(*row)


def hold(connection: Connection, job: Job, now: datetime) -> None:
    """Set the job's price aside.

    Raises:
        NotEnough: The payer has less.
    """
    if _turn_over(connection, job.payer, -job.price, job.price) is None:
        balance = connection.execute(BALANCE, {"wallet": job.payer}).scalar_one()
        raise NotEnough(job.price, balance)
    _write_for(connection, job, now, kind="hold")


def settle(connection: Connection, job: Job, now: datetime) -> None:
    """Spend or release what was held, as `job.charge` says; both share one key, so only one can ever happen."""
    released = job.charge is Charge.RELEASED
    if _turn_over(connection, job.payer, job.price if released else 0, -job.price) is None:
        raise BooksBroken(f"wallet {job.payer} holds less than the {job.price} of job {job.id}")
    _write_for(connection, job, now, kind="release" if released else "spend")


def grant(connection: Connection, owner: str, gift: Grant, now: datetime) -> Wallet:
    """Give credits once per key; a refill that finds nothing missing is written down too, so its day counts once."""
    wallet = open_wallet(connection, owner)
    amount = max(0, gift.amount - wallet.balance) if gift.up_to else gift.amount
    return _once(connection, wallet, Entry(gift.key, wallet.id, "grant", amount, 0, gift.actor, gift.reason), now)


def take(connection: Connection, owner: str, toll: Grant, now: datetime) -> Wallet:
    """Take credits away once per key.

    Raises:
        NotEnough: The wallet has fewer.
    """
    wallet = open_wallet(connection, owner)
    return _once(connection, wallet, Entry(toll.key, wallet.id, "take", -toll.amount, 0, toll.actor, toll.reason), now)


def receipts(connection: Connection, owner: str, most: int) -> list[LedgerRow]:
    """The newest lines of the owner's wallet, newest first."""
    rows = connection.execute(NEWEST, {"whose": owner, "most": most}).mappings()
    return [LedgerRow(**row) for row in rows]


def _once(connection: Connection, wallet: Wallet, entry: Entry, now: datetime) -> Wallet:
    if connection.execute(WRITE_ONCE.on(connection), entry.columns(now)).one_or_none() is None:
        return wallet
    changed = _turn_over(connection, wallet.id, entry.balance_change, entry.held_change)
    if changed is None:
        raise NotEnough(-entry.balance_change, wallet.balance)
    return changed


def _turn_over(connection: Connection, wallet: int, balance_change: int, held_change: int) -> Wallet | None:
    changes = {"wallet": wallet, "balance_change": balance_change, "held_change": held_change}
    row = connection.execute(TURN_OVER, changes).one_or_none()
    return None if row is None else Wallet(*row)


def _write_for(connection: Connection, job: Job, now: datetime, *, kind: str) -> None:
    # The person stands in the wallet, never in the line: a line cannot be erased when they ask to be forgotten.
    balance_change, held_change = {
        "hold": (-job.price, job.price),
        "spend": (0, -job.price),
        "release": (job.price, -job.price),
    }[kind]
    key = f"{'hold' if kind == 'hold' else 'end'}:{job.id}:{job.charges}"
    entry = Entry(key, job.payer, kind, balance_change, held_change, "job", job.offer, job.id)
    connection.execute(WRITE, entry.columns(now))
