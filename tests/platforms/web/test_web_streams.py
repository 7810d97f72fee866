from bot.platforms.web import streams as module
from bot.platforms.web.streams import Streams


def _published(streams, *numbers, topic="entry:1"):
    for number in numbers:
        streams.publish("me", topic, "entry", f'{{"n": {number}}}')


def _bodies(stream):
    return [(event.name, event.body) for event in stream.take()]


def test_a_slow_page_gets_the_newest_of_each_topic_in_order():
    streams = Streams(boot="b")
    with streams.open("me", None) as stream:
        _published(streams, 1, 2)
        _published(streams, 9, topic="entry:2")
        _published(streams, 3)
        assert _bodies(stream) == [("entry", '{"n": 9}'), ("entry", '{"n": 3}')]
        assert _bodies(stream) == []


def test_a_page_that_takes_nothing_is_told_to_load_anew_instead_of_filling_the_memory(monkeypatch):
    monkeypatch.setattr(module, "WAITING_MOST", 3)
    streams = Streams(boot="b")
    with streams.open("me", None) as stream:
        for number in range(4):
            _published(streams, number, topic=f"entry:{number}")
        _published(streams, 7, topic="entry:7")
        assert _bodies(stream) == [("refresh", "{}"), ("entry", '{"n": 7}')]


def test_a_cursor_within_memory_brings_what_came_after_it():
    streams = Streams(boot="b")
    _published(streams, 1)
    cursor = streams.cursor_of("me")
    _published(streams, 2, topic="entry:2")
    with streams.open("me", cursor) as stream:
        assert _bodies(stream) == [("entry", '{"n": 2}')]


def test_a_cursor_at_the_newest_event_brings_nothing():
    streams = Streams(boot="b")
    _published(streams, 1)
    with streams.open("me", streams.cursor_of("me")) as stream:
        assert _bodies(stream) == []


def test_a_cursor_from_before_what_is_remembered_loads_anew(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED_TOPICS", 2)
    streams = Streams(boot="b")
    cursor = streams.cursor_of("me")
    for number in range(3):
        _published(streams, number, topic=f"entry:{number}")
    with streams.open("me", cursor) as stream:
        assert _bodies(stream) == [("refresh", "{}")]


def test_a_person_who_was_forgotten_for_others_loads_anew(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED_PEOPLE", 2)
    streams = Streams(boot="b")
    cursor = streams.cursor_of("me")
    for person in ("me", "you", "them"):
        streams.cursor_of(person)
        streams.publish(person, "entry:1", "entry", "{}")
    with streams.open("me", cursor) as stream:
        assert _bodies(stream) == [("refresh", "{}")]


def test_an_open_page_hears_even_when_its_person_was_forgotten_for_others(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED_PEOPLE", 1)
    streams = Streams(boot="b")
    with streams.open("me", None) as stream:
        streams.cursor_of("you")
        _published(streams, 1)
        assert _bodies(stream) == [("entry", '{"n": 1}')]


def test_nothing_is_kept_for_somebody_whose_page_was_never_open():
    streams = Streams(boot="b")
    _published(streams, 1)
    assert (streams.listens("me"), streams._memories) == (False, {})
    with streams.open("me", "b-0") as stream:
        assert _bodies(stream) == [("refresh", "{}")]
    assert streams.listens("me")


def test_a_cursor_from_the_future_is_of_another_start():
    streams = Streams(boot="b")
    with streams.open("me", "b-12") as stream:
        assert _bodies(stream) == [("refresh", "{}")]


def test_a_closed_page_is_forgotten():
    streams = Streams(boot="b")
    with streams.open("me", None):
        pass
    assert streams._open == {}
