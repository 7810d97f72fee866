"""One small client that the tests of the server share."""

import aiohttp
import pytest


@pytest.fixture
async def client():
    """A browser without a memory; addresses are given whole."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
