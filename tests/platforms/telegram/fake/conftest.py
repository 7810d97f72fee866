"""The library's own bot before the fake."""

import pytest
from telegram import Bot

from tests.fakes.telegram.server import TOKEN


@pytest.fixture(autouse=True)
def lengths_of_time(monkeypatch):
    """The library warns of every length of time that it gives as a number, until it is asked for `timedelta`."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def bot(telegram):
    async with Bot(TOKEN, base_url=telegram.base_url, base_file_url=telegram.base_file_url) as bot:
        yield bot
