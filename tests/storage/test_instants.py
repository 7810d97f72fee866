"""Instants are kept to the millisecond and never without a time zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.instants import Instant, to_milliseconds, whole_millisecond


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        to_milliseconds(datetime(2026, 11, 21))  # noqa: DTZ001 - the naive one is the point


def test_another_time_zone_is_the_same_instant():
    instant = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=3)))

    assert whole_millisecond(instant) == datetime(2026, 11, 21, 9, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_what_is_read_back_is_what_was_written_cut_to_the_millisecond(instant):
    stored = Instant().process_bind_param(instant, None)
    read = Instant().process_result_value(stored, None)

    assert read == whole_millisecond(instant)
    assert timedelta(0) <= instant - read < timedelta(milliseconds=1)
