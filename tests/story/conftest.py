"""Every story of the house is told twice: over SQLite with one process, and over PostgreSQL as one host of many."""

import pytest

from tests.story import api_house, house

OPENED_BY = (house.open_house, api_house.housed, api_house.running)


def pytest_generate_tests(metafunc):
    if any(opened is each for opened in OPENED_BY for each in vars(metafunc.module).values()):
        metafunc.parametrize("books", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def rare_looks(monkeypatch):
    """Hours go by in stories, second by second if somebody looks around every second for what hardly ever is there.

    With PostgreSQL the seconds are needed: its notices take real time, and a story's hours must not be over before.
    """
    monkeypatch.setattr("bot.core.engine.LOOK_EVERY", 20.0)


@pytest.fixture(autouse=True)
def books(request, monkeypatch):
    """Where the houses of a story keep their books: a folder that is opened again finds what it kept."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("prepared")
    names = {}

    def address(folder):
        if folder not in names:
            names[folder] = server.lend(template)
        return server.address(names[folder])

    monkeypatch.setattr(house, "database_of", address)
    yield
    for name in names.values():
        server.take_back(name)
