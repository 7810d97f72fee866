"""Stories of people on Telegram, told by what they see: the whole bot before a Telegram that may misbehave."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.core.model import State
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.fakes.telegram import faults
from tests.platforms.telegram.whole_house import running_bot

PRICE, START = 28, 100


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return tiny_clip(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
async def api(film):
    api = VideoApi(film)
    async with api.serve() as api.url:
        yield api


@pytest.fixture
def running(tmp_path, telegram, api):
    @asynccontextmanager
    async def run(**settings):
        async with running_bot(tmp_path, telegram, api.url, **settings) as house:
            yield house

    return run


async def clip_in(telegram, chat, many=1):
    """Wait until there are so many clips in a chat; the newest of them."""
    await telegram.until(lambda: len(chat.clips) >= many, 30)
    return chat.clips[-1]


async def ended(house, state, many=1):
    """Wait until so many jobs are in *state* and their people have heard of it."""
    async with asyncio.timeout(30):
        while True:
            jobs = await house.books.store.jobs(state=state, most=10)
            if len(jobs) >= many and not any(job.untold for job in jobs):
                return jobs
            await asyncio.sleep(0.02)


async def balance(house, person):
    wallet = await house.books.store.wallet(f"telegram:{person.id}")
    return wallet.balance, wallet.held


async def test_a_photo_with_a_caption_becomes_a_clip_in_the_same_chat(telegram, api, ana, running, film):
    async with running() as house:
        asked = ana.send_photo("a cat smiling")
        post = await clip_in(telegram, ana.chat)
        (job,) = await ended(house, State.DELIVERED)
        assert post.reply_to is asked
        assert post.buttons == ["Again", "Edit prompt", "Delete"]
        assert f"Charged {PRICE} credits" in post.text
        assert (post.clip.width, post.clip.height, post.clip.streams) == (320, 180, True)
        assert post.clip.duration >= 1
        assert post.clip.thumbnail is not None
        assert await balance(house, ana) == (START - PRICE, 0)
        assert api.submits == {job.id: 1}


async def test_in_a_forum_the_clip_lands_in_the_topic_that_asked(telegram, api, ana, running):
    forum = telegram.forum("Movies", ana, topics=("Clips", "Chatter"))
    topic = forum.topic("Clips")
    async with running() as house:
        asked = ana.send_photo("/video a cat smiling", forum, topic=topic)
        post = await clip_in(telegram, forum)
        await ended(house, State.DELIVERED)
        assert (post.topic, post.reply_to) == (topic.id, asked)
        assert {other.topic for other in forum.by_bot} == {topic.id}
        assert len(ana.rung(forum)) == 1

        general = ana.send_text("/video a dog", forum)
        post = await clip_in(telegram, forum, 2)
        await ended(house, State.DELIVERED, 2)
        assert (post.topic, post.reply_to) == (None, general)


async def test_a_reply_to_somebody_elses_photo_is_made_from_it(telegram, api, ana, running):
    ben = telegram.person("Ben")
    group = telegram.supergroup("Movies", ana, (ben,))
    async with running() as house:
        photo = ben.send_photo("look", group)
        asked = ana.send_text("/video@reel_test_bot make it move", group, reply_to=photo)
        post = await clip_in(telegram, group)
        (job,) = await ended(house, State.DELIVERED)
        assert post.reply_to is asked
        assert (job.request.first_frame is not None, job.request.last_frame) == (True, None)
        assert (await balance(house, ana), await balance(house, ben)) == ((START - PRICE, 0), (0, 0))


async def test_a_restart_in_the_middle_loses_and_doubles_nothing(telegram, api, ana, running):
    api.ready = False
    async with running(hurry=200.0) as house:
        ana.send_photo("a cat smiling")
        await telegram.until(lambda: api.submits and ana.chat.by_bot, 30)
        ((job, *_),) = [await ended(house, State.RENDERING)]
    api.ready = True
    async with running(hurry=200.0) as house:
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
    async with running(hurry=200.0) as house:
        await asyncio.sleep(0.3)
        assert await balance(house, ana) == (START - PRICE, 0)
    assert api.submits == {job.id: 1}
    assert len(ana.chat.clips) == 1
    assert len([post for post in ana.chat.by_bot if post.media or post.buttons]) == 1


async def test_what_was_said_while_the_bot_was_away_is_answered_once(telegram, api, ana, running):
    ana.send_photo("a cat smiling")
    async with running() as house:
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
    assert len(ana.chat.clips) == 1


async def test_an_update_that_comes_twice_makes_one_video(telegram, api, ana, running):
    ana.send_photo("a cat smiling")
    telegram.updates.duplicate()
    async with running() as house:
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
    telegram.updates.replay(2)
    async with running() as house:
        await telegram.until(lambda: not telegram.updates.pending, 30)
        ana.send_text("/credits")
        await telegram.until(lambda: any(str(START - PRICE) in post.text for post in ana.chat.by_bot), 30)
        assert len(await house.books.store.jobs(state=None, most=10)) == 1
    assert sum(api.submits.values()) == 1
    assert len(ana.chat.clips) == 1


async def test_an_edited_message_starts_nothing(telegram, api, ana, running):
    async with running() as house:
        asked = ana.send_text("/video a cat")
        await clip_in(telegram, ana.chat)
        ana.edit(asked, "/video a dog")
        ana.send_text("/jobs")
        await ended(house, State.DELIVERED)
        await telegram.until(lambda: not telegram.updates.pending, 30)
        assert len(await house.books.store.jobs(state=None, most=10)) == 1


async def test_whoever_blocked_the_bot_is_not_charged_and_can_fetch_it_later(telegram, api, ana, running):
    api.ready = False
    async with running(hurry=200.0) as house:
        ana.send_photo("a cat smiling")
        await telegram.until(lambda: api.submits, 30)
        ana.block_bot()
        api.ready = True
        (job,) = await ended(house, State.UNDELIVERED)
        assert await balance(house, ana) == (START, 0)
        assert ana.chat.clips == []

        ana.unblock_bot()
        ana.send_text(f"/job {job.id}")
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
        assert await balance(house, ana) == (START - PRICE, 0)
    assert api.submits == {job.id: 1}


@pytest.mark.parametrize(
    "fault",
    [
        faults.cut(done=True),
        faults.cut(done=False),
        faults.page(502, done=True),
        faults.server_error(503),
        faults.flood(2),
    ],
    ids=["lost answer", "lost request", "page for an answer", "no service", "flood"],
)
async def test_trouble_with_the_upload_leaves_one_clip(telegram, api, ana, running, fault):
    telegram.fail("editMessageMedia", fault, fault)
    telegram.fail("sendVideo", fault, fault)
    async with running() as house:
        ana.send_photo("a cat smiling")
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
        assert await balance(house, ana) == (START - PRICE, 0)
    assert len(ana.chat.clips) == 1
    assert len([post for post in ana.seen() if post.buttons]) == 1


@pytest.mark.parametrize("many", [1, 3])
async def test_trouble_with_every_first_answer_leaves_one_clip(telegram, api, ana, running, many):
    for method in ("sendMessage", "editMessageText", "editMessageMedia", "sendChatAction"):
        telegram.fail(method, *[faults.cut(done=True)] * many)
    async with running() as house:
        ana.send_photo("a cat smiling")
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
    assert len(ana.chat.clips) == 1


async def test_a_topic_that_was_deleted_gives_way_to_the_group(telegram, api, ana, running):
    forum = telegram.forum("Movies", ana, topics=("Clips",))
    api.ready = False
    async with running(hurry=200.0) as house:
        ana.send_photo("/video a cat smiling", forum, topic=forum.topic("Clips"))
        await telegram.until(lambda: api.submits and forum.by_bot, 30)
        forum.delete_topic(forum.topic("Clips"))
        api.ready = True
        post = await clip_in(telegram, forum)
        await ended(house, State.DELIVERED)
        assert post.topic is None


async def test_a_group_that_was_upgraded_takes_the_clip_under_its_new_id(telegram, api, ana, running):
    group = telegram.group("Movies", ana)
    api.ready = False
    async with running(hurry=200.0) as house:
        ana.send_photo("/video a cat smiling", group)
        await telegram.until(lambda: api.submits and group.by_bot, 30)
        new = group.upgrade()
        api.ready = True
        await clip_in(telegram, new)
        (job,) = await ended(house, State.DELIVERED)
        assert str(job.community) == f"telegram:{new.id}"
    assert group.clips == []


async def test_a_bot_that_was_kicked_brings_the_clip_in_private(telegram, api, ana, running):
    group = telegram.supergroup("Movies", ana)
    api.ready = False
    async with running(hurry=200.0) as house:
        ana.send_photo("/video a cat smiling", group)
        await telegram.until(lambda: api.submits and group.by_bot, 30)
        group.kick_bot()
        api.ready = True
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
        assert await balance(house, ana) == (START - PRICE, 0)


async def test_three_photos_are_refused_and_cost_nothing(telegram, api, ana, running):
    async with running(hurry=4.0) as house:
        ana.send_album([None] * 3, "a cat smiling")
        await telegram.until(lambda: ana.chat.by_bot, 30)
        ana.send_text("/jobs")
        await telegram.until(lambda: len(ana.chat.by_bot) == 2, 30)
        assert await house.books.store.jobs(state=None, most=10) == []
        assert "Two photos at most" in ana.chat.by_bot[0].text
        assert await balance(house, ana) == (START, 0)


async def test_a_silent_clip_that_became_an_animation_is_sent_again_without_an_upload(telegram, api, ana, running):
    telegram.fail("editMessageMedia", faults.as_animation())
    async with running() as house:
        ana.send_photo("a cat smiling")
        first = await clip_in(telegram, ana.chat)
        (job,) = await ended(house, State.DELIVERED)
        assert first.clip.kind == "animation"
        ana.send_text(f"/job {job.id}")
        await telegram.until(lambda: ana.chat.clips[-1:] not in ([], [first]), 30)
        assert ana.chat.clips[-1].clip.file is first.clip.file
    assert len([call for call in telegram.called("editMessageMedia") if call.uploads]) == 1
    assert api.submits == {job.id: 1}


async def test_a_muted_bot_brings_the_clip_in_private(telegram, api, ana, running):
    group = telegram.supergroup("Movies", ana)
    api.ready = False
    async with running(hurry=200.0) as house:
        ana.send_photo("/video a cat smiling", group)
        await telegram.until(lambda: api.submits and group.by_bot, 30)
        group.mute_bot(frozenset({"can_send_messages"}))
        api.ready = True
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
        assert group.clips == []


async def test_a_flood_in_one_chat_does_not_keep_another_waiting(telegram, api, ana, running):
    ben = telegram.person("Ben")
    async with running(STARTING_CREDITS="100") as house:
        telegram.fail("sendChatAction", faults.flood(3600))
        ana.send_photo("a cat smiling")
        await telegram.until(lambda: telegram.called("sendChatAction"), 30)
        ben.send_photo("a dog smiling")
        await clip_in(telegram, ben.chat)
        assert ana.chat.clips == []
        await ended(house, State.DELIVERED)


async def test_an_album_is_first_and_last_frame(telegram, api, ana, running):
    async with running() as house:
        ana.send_album([None, None], "a cat smiling")
        await clip_in(telegram, ana.chat)
        (job,) = await ended(house, State.DELIVERED)
        assert None not in {job.request.first_frame, job.request.last_frame}
    assert sum(api.submits.values()) == 1


async def test_buttons_work_after_a_restart_for_their_owner_alone(telegram, api, ana, running):
    ben = telegram.person("Ben")
    group = telegram.supergroup("Movies", ana, (ben,))
    async with running() as house:
        ana.send_photo("/video a cat smiling", group)
        post = await clip_in(telegram, group)
        await ended(house, State.DELIVERED)
    async with running() as house:
        refused = await ben.press(post, "Again").answer()
        assert "whoever asked" in refused["text"]
        await ana.press(post, "Again").answer()
        await clip_in(telegram, group, 2)
        await ended(house, State.DELIVERED, 2)
        await ana.press(post, "Delete").answer()
        await telegram.until(lambda: len(group.clips) == 1, 30)
        assert await balance(house, ana) == (START - 2 * PRICE, 0)


@pytest.mark.parametrize(
    "trouble",
    [
        {"deleteMessage": faults.flood(2)},
        dict.fromkeys(("deleteMessage", "editMessageMedia"), faults.server_error(503)),
    ],
    ids=["flood", "no service"],
)
async def test_a_clip_whose_owner_deletes_it_goes_though_telegram_has_no_time(telegram, api, ana, running, trouble):
    async with running() as house:
        ana.send_photo("a cat smiling")
        post = await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
        for method, fault in trouble.items():
            telegram.fail(method, fault, fault)
        await ana.press(post, "Delete").answer()
        await telegram.until(lambda: ana.chat.clips == [], 30)


async def test_a_clip_that_is_sent_again_leaves_one_though_telegram_has_no_time(telegram, api, ana, running):
    async with running() as house:
        ana.send_photo("a cat smiling")
        first = await clip_in(telegram, ana.chat)
        (job,) = await ended(house, State.DELIVERED)
        telegram.fail("deleteMessage", faults.server_error(503))
        ana.send_text(f"/job {job.id}")
        await telegram.until(lambda: first.deleted, 30)
        assert len(ana.chat.clips) == 1


async def test_usage_is_told_in_words_and_drawn(telegram, api, ana, running):
    async with running() as house:
        ana.send_photo("a cat smiling")
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
        ana.send_text("/usage")
        await telegram.until(lambda: ana.chat.by_bot[-1].media and not ana.chat.by_bot[-1].clip, 30)
        words, chart = ana.chat.by_bot[-2:]
        assert f"1 video, 0 failed (100 % success), {PRICE} credits" in words.text
        assert chart.media.file.content.startswith(b"\x89PNG")


async def test_a_poller_that_meets_every_refusal_goes_on(telegram, api, ana, running):
    telegram.fail(
        "getUpdates", faults.unauthorized(), faults.not_found(), faults.conflict(), faults.page(), faults.cut(done=True)
    )
    async with running() as house:
        ana.send_photo("a cat smiling")
        await clip_in(telegram, ana.chat)
        await ended(house, State.DELIVERED)
