"""What PostgreSQL is told of our tables beyond their columns: how text is ordered, and how often rows change."""

from collections import defaultdict

from sqlalchemy import Connection, text

from storage.tables import metadata, users

BY_WORDS = {(users.name, "name")}
"""Columns that people search by words, in which capitals of every language count as their small letters."""

OTHERWISE_ORDERED = text("""
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
""")

OFTEN_CHANGED = "fillfactor = 85, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02"
"""For big tables with few living rows: the short indexes of the living ones are rid of the dead in time."""
CHANGED_IN_PLACE = "fillfactor = 50"
"""For rows that are counted up and down all day: the next version of a row finds room beside it."""
STORED = {"jobs": OFTEN_CHANGED, "wallets": CHANGED_IN_PLACE, "counters": CHANGED_IN_PLACE, "healths": CHANGED_IN_PLACE}


def settle_tables(connection: Connection) -> None:
    """Say it of every table there is.

    Text is ordered by its bytes, as SQLite does it and as Python sorts: what the language of the server makes of
    `forgotten:` and `end:` differs from host to host, and so would ranges of keys.
    """
    orders = defaultdict(list)
    for table, column in connection.execute(OTHERWISE_ORDERED):
        if table in metadata.tables and (table, column) not in BY_WORDS:
            orders[table].append(f'ALTER COLUMN "{column}" TYPE text COLLATE "C"')
    for table, changes in orders.items():
        connection.execute(text(f'ALTER TABLE "{table}" {", ".join(changes)}'))
    for table, how in STORED.items():
        connection.execute(text(f'ALTER TABLE "{table}" SET ({how})'))
