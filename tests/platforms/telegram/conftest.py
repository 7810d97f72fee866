"""A Telegram on loopback for every test of the adapter."""

import pytest

from tests.fakes.telegram.server import FakeTelegram


@pytest.fixture
async def telegram():
    fake = FakeTelegram()
    async with fake.serve():
        yield fake


@pytest.fixture
def ana(telegram):
    return telegram.person("Ana")


@pytest.fixture
def ben(telegram):
    return telegram.person("Ben")
