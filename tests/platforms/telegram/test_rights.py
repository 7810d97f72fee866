"""Who may set a group's limits is looked up when it matters, and remembered for a minute at the most."""

import pytest

from bot.core.ports import NotNow, PlaceGone
from tests.fakes.telegram.faults import flood
from tests.platforms.telegram.at_work import FastClock, at_work


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path, clock=FastClock(speed=1.0)) as working:
        yield working


async def test_t48_the_owner_and_admins_who_may_change_the_description_may_set_limits(telegram, ana, ben, work):
    cleo, dan = telegram.person("Cleo"), telegram.person("Dan")
    group = telegram.supergroup("Cats", ana, (ben, cleo, dan))
    group.promote(ben)
    group.promote(cleo, frozenset({"can_delete_messages"}))
    may = [await work.chat.rights.may_set_limits(group.id, person.id) for person in (ana, ben, cleo, dan)]
    assert may == [True, True, False, False]


async def test_t46_somebody_who_is_no_admin_any_more_may_not_after_a_minute(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    group.promote(ben)
    assert await work.chat.rights.may_set_limits(group.id, ben.id)
    group.demote(ben)
    assert await work.chat.rights.may_set_limits(group.id, ben.id)
    work.clock.skip(seconds=61)
    assert not await work.chat.rights.may_set_limits(group.id, ben.id)


async def test_t46_where_something_is_to_be_changed_whoever_was_an_admin_is_looked_at_anew(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    group.promote(ben)
    may = [await work.chat.rights.may_set_limits(group.id, ben.id, at_once=True)]
    group.demote(ben)
    may += [await work.chat.rights.may_set_limits(group.id, ben.id, at_once=True) for _ in range(3)]
    assert may == [True, False, False, False]
    assert len(telegram.called("getChatAdministrators")) == 2, "who is none is not asked about again and again"


async def test_t46_a_change_that_we_hear_of_counts_at_once(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    assert not await work.chat.rights.may_set_limits(group.id, ben.id)
    group.promote(ben)
    group.promote_bot()
    await work.answered()
    assert await work.chat.rights.may_set_limits(group.id, ben.id)


async def test_many_questions_are_one_call(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    for _ in range(5):
        await work.chat.rights.may_set_limits(group.id, ana.id)
    assert len(telegram.called("getChatAdministrators")) == 1


async def test_t47_an_anonymous_admin_may(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    assert await work.chat.rights.may_set_limits(group.id, 1087968824, as_the_group=True)
    assert not await work.chat.rights.may_set_limits(group.id, 1087968824)


async def test_in_a_private_chat_its_person_may(telegram, ana, ben, work):
    assert await work.chat.rights.may_set_limits(ana.id, ana.id)
    assert not await work.chat.rights.may_set_limits(ana.id, ben.id)


async def test_what_cannot_be_found_out_is_said_to_be_so(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    telegram.fail("getChatAdministrators", flood(3))
    with pytest.raises(NotNow):
        await work.chat.rights.may_set_limits(group.id, ana.id)
    group.kick_bot()
    with pytest.raises(PlaceGone):
        await work.chat.rights.may_set_limits(group.id, ana.id)


async def test_old_groups_are_forgotten(telegram, ana, work, monkeypatch):
    monkeypatch.setattr("bot.platforms.telegram.rights.CHATS_REMEMBERED", 1)
    for name in ("Cats", "Dogs"):
        group = telegram.supergroup(name, ana)
        assert await work.chat.rights.may_set_limits(group.id, ana.id)
    assert len(work.chat.rights._seen) == 1
