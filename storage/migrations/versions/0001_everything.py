"""Everything: people, money, limits, jobs and our own chat."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER ledger_keeps_lines BEFORE UPDATE ON ledger
           BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER ledger_loses_no_line BEFORE DELETE ON ledger
           BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
        """CREATE TRIGGER ledger_keeps_lines BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
           FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()""",
    ),
}


def upgrade() -> None:
    """Apply."""
    _counters()
    _durations()
    _limit_changes()
    _limits()
    _messages()
    _turns()
    _users()
    _wallets()
    _jobs()
    _ledger()
    _attempts()
    _events()
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("resets_at", sa.BigInteger(), nullable=True),
        sa.Column("until_end", sa.Boolean(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_counters_used")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _durations() -> None:
    op.create_table(
        "durations",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_durations")),
    )
    op.create_index(op.f("ix_durations_offer_id"), "durations", ["offer", "id"], unique=False)


def _limit_changes() -> None:
    op.create_table(
        "limit_changes",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("community_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_changes")),
    )
    op.create_index(op.f("ix_limit_changes_community_id_at"), "limit_changes", ["community_id", "at"], unique=False)


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("community_id", sa.Text(), nullable=False),
        sa.Column("member_daily", sa.BigInteger(), nullable=True),
        sa.Column("server_daily", sa.BigInteger(), nullable=True),
        sa.Column("server_monthly", sa.BigInteger(), nullable=True),
        sa.Column("member_running", sa.BigInteger(), nullable=True),
        sa.Column("per_video", sa.BigInteger(), nullable=True),
        sa.Column("models", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("channels", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_limits")),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("job", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("user_id", "job", name=op.f("uq_messages_user_id_job")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_messages_user_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_messages_user_id_id"), "messages", ["user_id", "id"], unique=False)


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "who", name=op.f("pk_turns")),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )


def _wallets() -> None:
    op.create_table(
        "wallets",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_wallets_balance")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_wallets_held")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallets")),
        sa.UniqueConstraint("owner", name=op.f("uq_wallets_owner")),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("community_id", sa.Text(), nullable=True),
        sa.Column("crowd", sa.Text(), nullable=False),
        sa.Column("place_platform", sa.Text(), nullable=False),
        sa.Column("place_address", sa.Text(), nullable=False),
        sa.Column("place_channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("first_frame", sa.Text(), nullable=True),
        sa.Column("last_frame", sa.Text(), nullable=True),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("payer", SERIAL, nullable=False),
        sa.Column("charge", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("admitted_at", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("cost_micros", sa.BigInteger(), nullable=True),
        sa.Column("result_url", sa.Text(), nullable=True),
        sa.Column("clip", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("cancel_refused", sa.Boolean(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("nudged_at", sa.BigInteger(), nullable=True),
        sa.Column("has_files", sa.Boolean(), nullable=False),
        sa.Column("swept_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["payer"], ["wallets.id"], name=op.f("fk_jobs_payer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index(
        "ix_jobs_alive",
        "jobs",
        ["id"],
        unique=False,
        sqlite_where=sa.text("alive = 1"),
        postgresql_where=sa.text("alive"),
    )
    op.create_index("ix_jobs_created", "jobs", ["created_at"], unique=False)
    op.create_index(
        "ix_jobs_files",
        "jobs",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("has_files = 1"),
        postgresql_where=sa.text("has_files"),
    )
    op.create_index(
        "ix_jobs_nudged",
        "jobs",
        ["nudged_at"],
        unique=False,
        sqlite_where=sa.text("nudged_at IS NOT NULL"),
        postgresql_where=sa.text("nudged_at IS NOT NULL"),
    )
    op.create_index(
        "ix_jobs_seated",
        "jobs",
        ["state", "provider", "crowd", "user_id", "admitted_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'submitting', 'rendering') AND admitted_at IS NOT NULL"),
        postgresql_where=sa.text("state IN ('queued', 'submitting', 'rendering') AND admitted_at IS NOT NULL"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state", "created_at"], unique=False)
    op.create_index("ix_jobs_user", "jobs", ["user_id", "created_at"], unique=False)
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["state", "provider", "created_at"],
        unique=False,
        sqlite_where=sa.text("state = 'queued' AND admitted_at IS NULL"),
        postgresql_where=sa.text("state = 'queued' AND admitted_at IS NULL"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("wallet", SERIAL, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("balance_change", sa.BigInteger(), nullable=False),
        sa.Column("held_change", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wallet"], ["wallets.id"], name=op.f("fk_ledger_wallet")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_wallet_at"), "ledger", ["wallet", "at"], unique=False)


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_attempts_job")),
        sa.PrimaryKeyConstraint("job", "n", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_provider_begun_at"), "attempts", ["provider", "begun_at"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name=op.f("fk_events_job")),
        sa.PrimaryKeyConstraint("job", "n", name=op.f("pk_events")),
    )
