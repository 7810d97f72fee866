"""Instants on disk: whole milliseconds since 1970, and aware UTC everywhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, rounded down.

    Raises:
        ValueError: The instant is naive: nobody knows where its clock hangs.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return (instant - EPOCH) // MILLISECOND


def whole_millisecond(instant: datetime) -> datetime:
    """The instant as it will be read back, so that what a method returns equals what the database has."""
    return EPOCH + MILLISECOND * to_milliseconds(instant)


class Instant(TypeDecorator[datetime]):
    """A BIGINT column of milliseconds, seen as an aware UTC datetime."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the base class hands it over
        """Convert on the way in."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - signature of the base class
        """Convert on the way out."""
        return None if value is None else EPOCH + timedelta(milliseconds=value)
