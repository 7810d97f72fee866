"""How a group's admins are reached: each in private, as far as they have ever opened a chat with the bot."""

import pytest

from bot.core.model import CommunityId, Reply
from bot.core.ports import NotNow, ReachesAdmins
from bot.platforms.telegram.drawing import moments
from bot.platforms.telegram.places import link_to
from tests.fakes.telegram.faults import flood, server_error
from tests.platforms.telegram.at_work import at_work, until


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path) as working:
        yield working


async def tell(work, group, handle=None):
    return await work.chat.tell_admins(CommunityId("telegram", str(group.id)), "Somebody reports this.", handle)


def told(*people):
    return [[post.text for post in person.chat.by_bot] for person in people]


async def test_every_admin_who_may_set_limits_and_lets_us_write_is_told_in_private(telegram, ana, ben, work):
    cleo, dan = telegram.person("Cleo"), telegram.person("Dan")
    group = telegram.supergroup("Cats", ana, (ben, cleo, dan))
    group.promote(ben)
    group.promote(dan)
    dan.block_bot()
    group.promote_bot()
    await work.answered()

    assert isinstance(work.chat, ReachesAdmins)
    assert await tell(work, group, f"{group.id}:12")
    words = [f"Somebody reports this.\nhttps://t.me/c/{str(group.id).removeprefix('-100')}/12"]
    assert told(ana, ben, cleo, dan) == [words, words, [], []]
    assert group.by_bot == []


async def test_where_no_admin_lets_us_write_nobody_is_told(telegram, ana, work):
    ana.block_bot()
    assert not await tell(work, telegram.supergroup("Cats", ana))


async def test_a_group_that_threw_us_out_is_told_nothing(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    group.kick_bot()
    await work.answered()
    assert not await tell(work, group)
    assert told(ana) == [[]]


async def test_nobody_told_is_tried_again_and_somebody_told_is_enough(telegram, ana, ben, work):
    group = telegram.supergroup("Cats", ana, (ben,))
    group.promote(ben)
    telegram.fail("sendMessage", flood(60), flood(60))
    with pytest.raises(NotNow):
        await tell(work, group)
    work.clock.skip(seconds=120)
    telegram.fail("sendMessage", server_error())
    assert await tell(work, group)
    assert sorted(told(ana, ben)) == [[], ["Somebody reports this."]]


async def test_admins_who_cannot_be_looked_up_now_are_told_later(telegram, ana, work):
    telegram.fail("getChatAdministrators", flood(60))
    with pytest.raises(NotNow):
        await tell(work, telegram.supergroup("Cats", ana))


@pytest.mark.parametrize(
    ("handle", "link"),
    [
        ("-1001234567890:77", "https://t.me/c/1234567890/77"),
        ("-4242:77", ""),
        ("1234:77", ""),
        (None, ""),
    ],
)
def test_only_messages_of_supergroups_have_links(handle, link):
    assert link_to(handle) == link


def test_moments_are_marked_for_each_readers_own_clock():
    text = "🎬 2026-11-22 00:00 UTC (in 5 hours), or 2026-12-01 00:00 UTC."
    found = moments(text)
    marked = [
        text.encode("utf-16-le")[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le") for one in found
    ]
    assert marked == ["2026-11-22 00:00 UTC", "in 5 hours", "2026-12-01 00:00 UTC"]
    assert [(one.type, one.date_time_format) for one in found] == [
        ("date_time", "dt"), ("date_time", "r"), ("date_time", "dt"),
    ]  # fmt: skip
    assert found[0].to_dict()["unix_time"] == 1795305600


@pytest.mark.parametrize("text", ["", "no moment", "2026-13-40 00:00 UTC"])
def test_words_without_a_moment_are_left_as_they_are(text):
    assert moments(text) is None


async def test_a_refusal_shows_when_a_limit_resets_by_the_readers_own_clock(telegram, ana, work):
    work.core.replies["a cat"] = Reply("It starts afresh at 2026-11-22 00:00 UTC (in 5 hours).")
    ana.send_text("a cat")
    [post] = await until(lambda: ana.chat.by_bot)
    assert [(one["type"], one["unix_time"], one["date_time_format"]) for one in post.entities] == [
        ("date_time", 1795305600, "dt"), ("date_time", 1795305600, "r"),
    ]  # fmt: skip
