"""The tables as SQLAlchemy Core knows them; `migrations/` makes the same ones, and a test compares the two."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.instants import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only where the key is a plain INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")

# ---------------------------------------------------------------------------------------------- people and money

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "created_at", "id"),
)

wallets = Table(
    "wallets",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("owner", Text, nullable=False, unique=True),
    Column("balance", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    CheckConstraint("balance >= 0", name="balance"),
    CheckConstraint("held >= 0", name="held"),
)

# What the house gives by itself (a welcome, a daily refill) is nobody's decision.
BY_HAND = "job IS NULL AND actor <> 'reelbot'"

# Append-only: two triggers refuse UPDATE and DELETE.
ledger = Table(
    "ledger",
    metadata,
    Column("key", Text, primary_key=True),
    Column("wallet", ForeignKey("wallets.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("balance_change", BigInteger, nullable=False),
    Column("held_change", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("job", Text),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "wallet", "at"),
    Index("ix_ledger_kind", "kind", "balance_change", "held_change"),
    Index("ix_ledger_by_hand", "at", sqlite_where=text(BY_HAND), postgresql_where=text(BY_HAND)),
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("used", BigInteger, nullable=False),
    Column("resets_at", Instant),
    Column("until_end", Boolean, nullable=False),
    CheckConstraint("used >= 0", name="used"),
)

limits = Table(
    "limits",
    metadata,
    Column("community_id", Text, primary_key=True),
    Column("member_daily", BigInteger),
    Column("server_daily", BigInteger),
    Column("server_monthly", BigInteger),
    Column("member_running", BigInteger),
    Column("per_video", BigInteger),
    Column("models", JSON(none_as_null=True)),
    Column("channels", JSON(none_as_null=True)),
    Column("pool", Boolean),
    Column("members", JSON(none_as_null=True)),
    Column("roles", JSON(none_as_null=True)),
    Column("age_restricted", Text),
    Column("spoiler", Boolean),
)

limit_changes = Table(
    "limit_changes",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("community_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("before", JSON(none_as_null=True)),  # none where it was not written down yet
    Index(None, "community_id", "at"),
    Index(None, "at"),
)

# ---------------------------------------------------------------------------------------------- jobs

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("user_id", Text, nullable=False),
    Column("community_id", Text),
    Column("crowd", Text, nullable=False),  # whose turn it uses up: the community, or the person in a private chat
    Column("place_platform", Text, nullable=False),
    Column("place_address", Text, nullable=False),
    Column("place_channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("resolution", Text, nullable=False),
    Column("first_frame", Text),
    Column("last_frame", Text),
    Column("offer", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("payer", ForeignKey("wallets.id"), nullable=False),
    Column("charge", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("admitted_at", Instant),
    Column("not_before", Instant),
    Column("submitted_at", Instant),
    Column("ended_at", Instant),
    Column("ticket", Text),
    Column("cost_micros", BigInteger),
    Column("result_url", Text),
    Column("clip", JSON(none_as_null=True)),
    Column("reason", Text),
    Column("cancel_asked", Boolean, nullable=False),
    Column("cancel_refused", Boolean, nullable=False),
    Column("untold", Boolean, nullable=False),
    Column("handle", Text),
    Column("posts", Integer, nullable=False),
    Column("charges", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("pooled", Boolean),
    Column("age_restricted", Boolean),
    Column("spoiler", Boolean),
    # What only the storage knows:
    Column("alive", Boolean, nullable=False),  # `Job.alive`, so that the few living among a million are one short index
    Column("nudged_at", Instant),  # when somebody other than its carrier changed it last
    Column("has_files", Boolean, nullable=False),  # pictures or a clip of it may still be on disk
    Column("swept_at", Instant),  # when its files were first given out for deletion
    Column("bought", Integer),  # how many pictures its clip was made from; none until the provider has made one
)

# Conditions of the partial indexes; a query reaches its index only by repeating the very same words.
WAITING = "state = 'queued' AND admitted_at IS NULL"
UNANSWERED = "done_at IS NULL"
ANSWERED = "done_at IS NOT NULL"
SEATED = "state IN ('queued', 'submitting', 'rendering') AND admitted_at IS NOT NULL"
BOUGHT = "bought IS NOT NULL"


def _some_jobs(name: str, *columns: str, where: str) -> Index:
    return Index(name, *(jobs.c[column] for column in columns), sqlite_where=text(where), postgresql_where=text(where))


_some_jobs("ix_jobs_waiting", "state", "provider", "created_at", where=WAITING)
_some_jobs("ix_jobs_seated", "state", "provider", "crowd", "user_id", "admitted_at", where=SEATED)
_some_jobs("ix_jobs_nudged", "nudged_at", where="nudged_at IS NOT NULL")
# SQLite has no booleans: there a query says `alive = 1`.
Index("ix_jobs_alive", jobs.c.id, sqlite_where=text("alive = 1"), postgresql_where=text("alive"))
Index("ix_jobs_files", jobs.c.ended_at, sqlite_where=text("has_files = 1"), postgresql_where=text("has_files"))
_some_jobs("ix_jobs_ticket", "provider", "ticket", where="ticket IS NOT NULL")
Index("ix_jobs_user", jobs.c.user_id, jobs.c.created_at)
_some_jobs("ix_jobs_community", "community_id", "created_at", where="community_id IS NOT NULL")
Index("ix_jobs_provider", jobs.c.provider, jobs.c.created_at)
# Everything that is counted of jobs that have ended: no row is read for it. A job comes in with its last transition.
_some_jobs(
    "ix_jobs_ended",
    "ended_at", "state", "reason", "charge", "price", "model", "user_id",
    where="ended_at IS NOT NULL",
)  # fmt: skip
# What every kind of clip has cost: rows are long, and a season of them is read for one page.
_some_jobs("ix_jobs_bought", "offer", "resolution", "seconds", "bought", "cost_micros", where=BOUGHT)
Index("ix_jobs_state", jobs.c.state, jobs.c.created_at)
Index("ix_jobs_created", jobs.c.created_at)

# A job's story: one line a transition, numbered by the version that it made.
events = Table(
    "events",
    metadata,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False),
)

# One row a paid call, written before the call is made.
attempts = Table(
    "attempts",
    metadata,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("offer", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("outcome", Text),
    Column("ticket", Text),
    Index(None, "provider", "begun_at"),
    Index(None, "provider", "outcome"),
    Index(
        "ix_attempts_ticket",
        "provider",
        "ticket",
        sqlite_where=text("ticket IS NOT NULL"),
        postgresql_where=text("ticket IS NOT NULL"),
    ),
)

# When each crowd and each person was admitted last, per provider: what makes the round-robin go round.
turns = Table(
    "turns",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("who", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

durations = Table(
    "durations",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("offer", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "offer", "id"),
)

# ---------------------------------------------------------------------------------------------- providers

healths = Table(
    "healths",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("closed_until", Instant),
    Column("why", Text, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("trouble_at", Instant),
    Column("worked_at", Instant),
    Column("told", Text, nullable=False),
)

# Dollars are text: SQLite has no decimals, and a price is read back to the last digit.
list_prices = Table(
    "list_prices",
    metadata,
    Column("offer", Text, primary_key=True),
    Column("resolution", Text, primary_key=True),
    Column("seconds", Integer, primary_key=True, autoincrement=False),
    Column("usd", Text, nullable=False),
)

price_changes = Table(
    "price_changes",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("offer", Text, nullable=False),
    Column("resolution", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("old_usd", Text),  # none before: the provider's own price held
    Column("new_usd", Text),  # none from now on
    Index(None, "at"),
)

# What operators decided that leaves no log elsewhere: pauses, and jobs stopped, sent again or settled by hand.
orders = Table(
    "orders",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "at"),
)

# ---------------------------------------------------------------------------------------------- against abuse

STANDING = "lifted_at IS NULL"

# A block that was lifted stays, to say who had set it and who lifted it.
blocks = Table(
    "blocks",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", Text),
    Column("lifted_why", Text),
    Index(
        "ix_blocks_standing",
        "scope",
        "kind",
        "what",
        unique=True,
        sqlite_where=text(STANDING),
        postgresql_where=text(STANDING),
    ),
)

# Wishes that were refused for their content: they make a person wait, whom forgetting a job's person would let go.
rejections = Table(
    "rejections",
    metadata,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "user_id", "at"),
    Index(None, "at"),
)

reports = Table(
    "reports",
    metadata,
    Column("job", ForeignKey("jobs.id"), primary_key=True),
    Column("reporter", Text, primary_key=True),
    Column("community_id", Text),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "reporter", "at"),
)

# ---------------------------------------------------------------------------------------------- what chats keep

# A letter is answered once: its body goes with the answer, its key stays for some days.
letters = Table(
    "letters",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("done_at", Instant),
    Index("ix_letters_waiting", "platform", "at", sqlite_where=text(UNANSWERED), postgresql_where=text(UNANSWERED)),
    Index("ix_letters_done", "done_at", sqlite_where=text(ANSWERED), postgresql_where=text(ANSWERED)),
)

memories = Table(
    "memories",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# ---------------------------------------------------------------------------------------------- our own chat

messages = Table(
    "messages",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("key", Text),
    Column("job", Text),
    UniqueConstraint("user_id", "key"),
    UniqueConstraint("user_id", "job"),
    Index(None, "user_id", "id"),
    sqlite_autoincrement=True,  # an id that was deleted is never given out again
)

watchers = Table(
    "watchers",
    metadata,
    Column("person", Text, primary_key=True),
    Column("until", Instant, nullable=False),
)
