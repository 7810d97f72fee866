"""The schedule of a fire leaves no kind of blow to chance."""

import itertools
import random
from collections import Counter
from types import SimpleNamespace

import pytest

from tests.chaos.fire import Fire
from tests.chaos.fleet import Fleet
from tests.chaos.postgres_fleet import PostgresFleet
from tests.chaos.run import FLEETS
from tests.chaos.schedule import Schedule, one_of
from tests.chaos.sqlite_fleet import SqliteFleet
from tests.chaos.test_fire import EVERY, FIRES

KINDS = {"kill": 3, "pause": 2, "disk full": 1}


def dealt(seed: int, decks: int):
    return list(itertools.islice(Schedule(KINDS, 5.0).blows(random.Random(seed)), decks * 6))


def test_each_deck_holds_every_kind_as_often_as_its_weight_says():
    blows = dealt(1, 3)
    for deck in (blows[:6], blows[6:12], blows[12:]):
        assert Counter(blow.kind for blow in deck) == KINDS


def test_the_blows_of_a_deck_fall_within_its_time_one_after_the_other():
    moments = [blow.at for blow in dealt(1, 2)]
    assert moments == sorted(moments)
    assert moments[5] <= Schedule(KINDS, 5.0).deck_seconds <= moments[6]


def test_the_seed_alone_says_what_falls_when_and_on_whom():
    assert dealt(1, 2) == dealt(1, 2)
    assert dealt(1, 2) != dealt(2, 2)


def test_everybody_may_be_hit():
    assert [one_of("abc", part) for part in (0.0, 0.4, 0.99)] == ["a", "b", "c"]


@pytest.mark.parametrize("fleet", [SqliteFleet, PostgresFleet])
def test_a_kind_that_never_burned_is_named_if_there_was_time_for_all(fleet: type[Fleet]):
    fire = Fire(SimpleNamespace(ways=fleet.ways), random.Random(1), every=1.0)
    everything = fire.never_burnt(60.0)
    assert {"kill", "disk full", *fleet.ways} < set(everything)
    assert not fire.never_burnt(20.0)
    fire.burnt.update(everything[1:])
    assert fire.never_burnt(60.0) == everything[:1]


@pytest.mark.parametrize("name", FIRES)
def test_the_short_fire_has_time_for_everything(name):
    fire = Fire(SimpleNamespace(ways=FLEETS[name].ways), random.Random(1), every=EVERY)
    _, seconds = FIRES[name]
    assert fire.never_burnt(seconds)
