"""People and their accounts: who they are, which language they read, and the credits they are given once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select

from bot.core.model import Account, User, UserId, Wallet
from bot.core.store import Grant
from storage import money
from storage.dialects import Upsert
from storage.tables import ledger, users

ONE = select(users.c.name, users.c.language).where(users.c.id == bindparam("user"))
# Somebody who is known keeps the language, and the name if no other is told; the row stays until all is done.
OPEN = Upsert(
    lambda insert: (
        (new := insert(users))
        .on_conflict_do_update(
            index_elements=[users.c.id],
            set_={"name": case((new.excluded.name != "", new.excluded.name), else_=users.c.name)},
        )
        .returning(users.c.name, users.c.language)
    )
)
SPEAK = Upsert(
    lambda insert: (new := insert(users)).on_conflict_do_update(
        index_elements=[users.c.id], set_={"language": new.excluded.language}
    )
)
GIVEN = select(func.count()).where(ledger.c.key.in_(bindparam("keys", expanding=True)))


def greet(connection: Connection, user: User, grants: Sequence[Grant]) -> Account | None:
    """The person's account if there is nothing to write: the name is known and every grant was given."""
    row = connection.execute(ONE, {"user": str(user.id)}).one_or_none()
    wallet = money.wallet_of(connection, str(user.id))
    if row is None or wallet is None or user.name not in ("", row.name):
        return None
    keys = {grant.key for grant in grants}
    if keys and connection.execute(GIVEN, {"keys": sorted(keys)}).scalar_one() < len(keys):
        return None
    return Account(user.id, row.name, row.language, wallet)


def find(connection: Connection, user: UserId) -> Account | None:
    """The account of somebody who may never have been here; credits alone, given in advance, make one too."""
    row = connection.execute(ONE, {"user": str(user)}).one_or_none()
    wallet = money.wallet_of(connection, str(user))
    if row is None:
        return None if wallet is None else Account(user, "", "en", wallet)
    return Account(user, row.name, row.language, wallet or Wallet(0, str(user), 0, 0))


def welcome(connection: Connection, user: User, grants: Sequence[Grant], now: datetime) -> Account:
    """Make sure the person has an account with the name they have now, and give what was not given yet.

    The language is taken from the platform at the first meeting only; after that it is the person's own choice.
    """
    who = str(user.id)
    new = {"id": who, "name": user.name, "language": user.language, "created_at": now}
    row = connection.execute(OPEN.on(connection), new).one()
    wallet = money.open_wallet(connection, who)
    for grant in grants:
        wallet = money.grant(connection, who, grant, now)
    return Account(user.id, row.name, row.language, wallet)


def set_language(connection: Connection, user: UserId, language: str, now: datetime) -> None:
    """Remember the person's choice, even before their first job."""
    row = {"id": str(user), "name": "", "language": language, "created_at": now}
    connection.execute(SPEAK.on(connection), row)
