"""A clip is there once, where it was asked for or as near to it as can be, whatever goes wrong on the way."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.model import JobId, State
from bot.core.ports import NotNow, PlaceGone, TooLarge
from bot.core.store import StoreTrouble
from bot.platforms.telegram.troubles import MaybeDone, Unsent
from tests.fakes.inbox import FakeMemory
from tests.fakes.telegram.faults import (
    as_animation,
    bad_request,
    cut,
    flood,
    forbidden,
    late,
    page,
    too_large,
    without_id,
)
from tests.platforms.telegram.at_work import AFTER, JOB, at_work, note, place


@pytest.fixture
async def work(telegram, tmp_path):
    async with at_work(telegram, tmp_path, listening=False) as working:
        yield working


def uploads(telegram):
    return [call for call in telegram.called("editMessageMedia") if call.uploads]


# ------------------------------------------------------------------------------------------ as it should be


async def test_t29_the_note_becomes_the_clip_and_rings_once(telegram, ana, work):
    wish = ana.send_photo("a cat smiling")
    where = place(ana.chat, ana, reply=wish)
    await work.chat.show(where, note())
    handle = await work.chat.deliver(where, work.delivery(asker=ana.id))
    clip = ana.chat.clips[0]
    assert (clip.reply_to, clip.text) == (wish, "a cat smiling\nhailuo · 6 s · 768P\nCharged 28 credits · k3f9q0x2ab")
    assert clip.buttons == ["Again", "Edit", "Delete"]
    assert handle == f"{ana.id}:{clip.id}"
    assert [(post.text, post.reply_to) for post in ana.rung()] == [("Here is your video.", clip)]


async def test_a_clip_has_its_size_its_length_and_a_thumbnail_and_plays_while_it_loads(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    media = ana.chat.clips[0].media
    assert (media.width, media.height, media.duration, media.streams) == (1366, 768, 6, True)
    assert (media.thumbnail.content, len(media.file.content)) == (b"\xff\xd8\xff\xe0 a small picture", 2000)


@pytest.mark.parametrize("fault", [(), (as_animation(),)])
async def test_a_clip_is_covered_where_that_is_wanted_the_one_that_is_sent_again_too(telegram, ana, work, fault):
    telegram.fail("editMessageMedia", *fault)
    for spoiler in (True, False, True):
        await work.chat.deliver(place(ana.chat, ana), replace(work.delivery(asker=ana.id), spoiler=spoiler))
        assert [clip.media.covered for clip in ana.chat.clips] == [spoiler]
        work.clock.skip(seconds=60)


async def test_a_clip_without_a_thumbnail_is_delivered_too(telegram, ana, work):
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id, thumbnail=False))
    assert ana.chat.clips[0].media.thumbnail is None


@pytest.mark.parametrize("name", ["Cats", "General"])
async def test_t37_a_clip_lands_in_the_topic_it_was_asked_for_in(telegram, ana, work, name):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    topic = forum.topic(name)
    wish = ana.send_text("/video a cat", forum, topic=topic)
    named = topic if name != "General" else None
    await work.chat.deliver(place(forum, ana, topic=named, reply=wish), work.delivery(asker=ana.id))
    posts = [post for post in ana.seen(forum, topic) if post.by_bot]
    assert [bool(post.clip) for post in posts] == [True, False]
    assert posts[0].reply_to is wish
    assert len(ana.rung(forum)) == 1


async def test_t39_a_wish_that_was_deleted_meanwhile_is_no_hindrance(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    wish = ana.send_text("/video a cat", group)
    ana.delete(wish)
    await work.chat.deliver(place(group, ana, reply=wish), work.delivery(asker=ana.id))
    assert len(group.clips) == 1


async def test_t39_a_wish_in_another_topic_cannot_be_answered_and_is_no_hindrance_either(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats", "Dogs"))
    wish = ana.send_text("/video a cat", forum, topic=forum.topic("Dogs"))
    where = place(forum, ana, topic=forum.topic("Cats"), reply=wish)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert [post.topic for post in forum.clips] == [forum.topic("Cats").id]


async def test_t39_what_answers_nothing_and_is_refused_for_its_answer_is_not_tried_for_ever(telegram, ana, work):
    telegram.fail("sendMessage", bad_request("message to be replied not found"))
    with pytest.raises(PlaceGone):
        await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))


# ------------------------------------------------------------------------------------------ never twice


async def test_t30_an_upload_whose_answer_is_lost_is_repeated_on_the_same_message(telegram, ana, work):
    where = place(ana.chat, ana)
    telegram.fail("editMessageMedia", cut(done=True), page(done=True), cut(done=False))
    for _ in range(3):
        with pytest.raises(MaybeDone):
            await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert (len(ana.chat.clips), len(ana.rung())) == (1, 1)


async def test_a_text_that_holds_the_place_of_a_clip_claims_nothing_if_its_answer_is_lost(telegram, ana, work):
    delivery = replace(work.delivery(asker=ana.id), coming=note(State.DELIVERING, "Your video is being sent."))
    telegram.fail("sendMessage", cut(done=True))
    with pytest.raises(MaybeDone):
        await work.chat.deliver(place(ana.chat, ana), delivery)

    (left,) = ana.chat.by_bot
    assert left.text.startswith("Your video is being sent.")
    assert "Charged" not in left.text


async def test_t30_an_upload_that_was_given_up_half_way_is_repeated_on_the_same_message(telegram, ana, work):
    where = place(ana.chat, ana)
    telegram.fail("editMessageMedia", late())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert (len(ana.chat.clips), len(ana.rung())) == (1, 1)


@pytest.mark.parametrize("writes", range(4))
async def test_a_process_that_ends_anywhere_leaves_one_clip_and_rings_at_most_once(telegram, ana, tmp_path, writes):
    """Every step of a delivery is a write; the process ends after each of them."""
    memory = _EndingMemory(writes)
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        with pytest.raises(_Ended):
            await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    memory.left = None
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id, repeat=True))
    assert (len(ana.chat.clips), len(ana.rung()) <= 1) == (1, True)


class _Ended(BaseException):
    pass


class _EndingMemory(FakeMemory):
    def __init__(self, left):
        super().__init__()
        self.left = left

    async def keep(self, platform, key, value):
        if self.left == 0:
            raise _Ended
        await super().keep(platform, key, value)
        if self.left is not None:
            self.left -= 1


async def test_t26_a_clip_that_is_being_encoded_anew_counts_as_posted(telegram, ana, work):
    telegram.fail("editMessageMedia", without_id())
    where = place(ana.chat, ana)
    handle = await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    telegram.publish_scheduled()
    assert (len(ana.chat.clips), handle) == (1, f"{ana.id}:{ana.chat.clips[0].id}")


# ------------------------------------------------------------------------------------------ once more


async def test_t28_a_clip_asked_for_again_is_sent_by_its_id_and_takes_the_old_ones_place(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    first = ana.chat.clips[0]
    ana.send_text("/job k3f9q0x2ab")
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(uploads(telegram)), len(ana.chat.clips), first.deleted) == (1, 1, True)
    assert ana.chat.clips[0].id > first.id
    assert ana.chat.clips[0].media.duration == 6


async def test_t27_a_silent_clip_that_came_back_as_an_animation_is_sent_again_as_one(telegram, ana, work):
    telegram.fail("editMessageMedia", as_animation())
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(uploads(telegram)), [clip.media.kind for clip in ana.chat.clips]) == (1, ["animation"])


async def test_a_clip_that_came_back_as_a_document_is_sent_again_as_one(telegram, ana, work):
    work.memory.values["telegram", f"note:{JOB}"] = '{"kind":"none","file_id":"BAAC","file_kind":"document"}'
    telegram.fail("editMessageMedia", bad_request("wrong file identifier/HTTP URL specified"))
    await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    assert [call.json("media")["type"] for call in telegram.called("editMessageMedia")] == ["document", "video"]


async def test_a_file_id_that_is_no_longer_known_is_uploaded_anew(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    telegram.fail("editMessageMedia", bad_request("wrong file identifier/HTTP URL specified"))
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(uploads(telegram)), len(ana.chat.clips)) == (2, 1)


async def test_a_redelivery_that_was_cut_short_goes_on(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    telegram.fail("editMessageMedia", cut(done=False))
    with pytest.raises(MaybeDone):
        await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert len(ana.chat.clips) == 1


# ------------------------------------------------------------------------------------------ refusals


async def test_a_note_that_somebody_deleted_is_posted_anew(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    ana.delete(ana.chat.by_bot[0])
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(ana.chat.clips), len(ana.seen())) == (1, 2)


async def test_t38_a_deleted_topic_leaves_general(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    where = place(forum, ana, topic=forum.topic("Cats"), reply=ana.send_text("x", forum, topic=forum.topic("Cats")))
    await work.chat.show(where, note())
    forum.delete_topic(forum.topic("Cats"))
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert [bool(post.clip) for post in ana.seen(forum, forum.general) if post.by_bot] == [True, False]


async def test_t38_a_closed_topic_leaves_the_note_to_become_the_clip_or_general(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    where = place(forum, ana, topic=forum.topic("Cats"))
    await work.chat.show(where, note())
    forum.close_topic(forum.topic("Cats"))
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert len(forum.clips) == 1


async def test_when_every_topic_is_closed_the_clip_comes_in_private(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    forum.close_topic(forum.topic("Cats"))
    forum.close_topic(forum.general)
    await work.chat.deliver(place(forum, ana, topic=forum.topic("Cats")), work.delivery(asker=ana.id))
    assert (len(forum.clips), len(ana.chat.clips)) == (0, 1)


@pytest.mark.parametrize("fate", ["kicked", "muted", "videos forbidden", "gone"])
async def test_a_group_that_takes_no_clip_leaves_the_private_chat(telegram, ana, work, fate):
    group = telegram.supergroup("Cats", ana)
    where = place(group, ana)
    await work.chat.show(where, note())
    fates = {
        "kicked": group.kick_bot,
        "muted": group.mute_bot,
        "videos forbidden": lambda: group.mute_bot(frozenset({"can_send_messages"})),
        "gone": group.delete,
    }
    fates[fate]()
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(group.clips), len(ana.chat.clips), len(ana.rung())) == (0, 1, 1)


async def test_a_group_that_takes_words_but_no_clips_is_not_left_with_an_empty_promise(telegram, ana, work):
    group = telegram.supergroup("Cats", ana)
    group.mute_bot(frozenset({"can_send_messages"}))
    await work.chat.deliver(place(group, ana), work.delivery(asker=ana.id))
    assert ([post for post in group.history if post.by_bot], len(ana.chat.clips)) == ([], 1)


async def test_a_group_that_refuses_us_is_asked_once(telegram, ana, work):
    forum = telegram.forum("Films", ana, topics=("Cats",))
    forum.kick_bot()
    await work.chat.deliver(place(forum, ana, topic=forum.topic("Cats")), work.delivery(asker=ana.id))
    assert (len(telegram.called("sendMessage", forum.id)), len(ana.chat.clips)) == (1, 1)


async def test_t52_where_nobody_can_be_reached_the_place_is_gone(telegram, work):
    stranger = telegram.person("Stranger", started=False)
    group = telegram.supergroup("Cats", stranger)
    group.kick_bot()
    with pytest.raises(PlaceGone):
        await work.chat.deliver(place(group, stranger), work.delivery(asker=stranger.id))


async def test_t52_a_person_who_blocked_us_is_gone_and_comes_back_with_the_clip(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    ana.block_bot()
    with pytest.raises(PlaceGone):
        await work.chat.deliver(where, work.delivery(asker=ana.id))
    with pytest.raises(PlaceGone):
        await work.chat.tell(where, note(State.UNDELIVERED, "It could not be posted.", ()))
    ana.unblock_bot()
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert len(ana.chat.clips) == 1


async def test_a_clip_that_was_posted_unheard_does_not_hide_that_it_could_not_be_delivered(telegram, ana, work):
    where, ending = place(ana.chat, ana), note(State.UNDELIVERED, "It is too large for this chat.", AFTER)
    await work.chat.tell(where, ending)
    telegram.fail("editMessageMedia", cut(done=True), too_large())
    for refusal in (MaybeDone, TooLarge):
        with pytest.raises(refusal):
            await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.tell(where, ending)
    assert len(ana.chat.clips) == 1
    assert "It is too large for this chat." in ana.seen()[-1].text


async def test_t52_an_account_that_was_deleted_is_gone(telegram, ana, work):
    ana.delete_account()
    with pytest.raises(PlaceGone):
        await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))


async def test_t52_a_bad_request_is_final_and_not_asked_again_for_ever(telegram, ana, work):
    telegram.fail("editMessageMedia", bad_request("something nobody has heard of"))
    with pytest.raises(PlaceGone):
        await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))
    assert len(telegram.called("editMessageMedia")) == 1


async def test_t24_a_file_too_large_for_this_way_is_asked_for_smaller(telegram, ana, work):
    telegram.fail("editMessageMedia", too_large())
    where = place(ana.chat, ana)
    with pytest.raises(TooLarge) as refusal:
        await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert refusal.value.most_bytes == 1000
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert len(ana.chat.clips) == 1


async def test_t51_flood_control_says_when_to_come_back(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("editMessageMedia", flood(7))
    with pytest.raises(NotNow) as later:
        await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert later.value.after_seconds == 7


async def test_a_call_that_cannot_go_out_costs_no_clip(telegram, ana, work):
    where = place(ana.chat, ana)
    await work.chat.show(where, note())
    telegram.fail("sendMessage", forbidden("bot was blocked by the user"))
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(ana.chat.clips), ana.rung()) == (1, [])


async def test_an_unreachable_server_verifiably_got_nothing(telegram, ana, tmp_path):
    telegram.address = "http://127.0.0.1:1"
    async with at_work(telegram, tmp_path, listening=False) as work:
        with pytest.raises(Unsent):
            await work.chat.deliver(place(ana.chat, ana), work.delivery(asker=ana.id))


# ------------------------------------------------------------------------------------------ sizes, moves


async def test_the_cloud_takes_50_mb_and_a_local_server_2000(telegram, ana, work, tmp_path):
    assert 48_000_000 < await work.chat.most_bytes(place(ana.chat, ana)) < 50_000_000
    async with at_work(telegram, tmp_path / "local", listening=False, local=True) as local:
        assert 1_900_000_000 < await local.chat.most_bytes(place(ana.chat, ana)) < 2_000_000_000


async def test_the_largest_clip_that_we_promise_to_take_is_taken(telegram, ana, work):
    delivery = work.delivery(asker=ana.id)
    most = await work.chat.most_bytes(place(ana.chat, ana))
    clip, path = work.clip("large.mp4", most)
    await work.chat.deliver(place(ana.chat, ana), replace(delivery, clip=clip, path=path))
    assert len(ana.chat.clips[0].media.file.content) == most


async def test_t40_a_group_that_is_upgraded_meanwhile_gets_its_clip(telegram, ana, work):
    group = telegram.group("Cats", ana)
    where = place(group, ana, reply=ana.send_text("/video a cat", group))
    await work.chat.show(where, note())
    upgraded = group.upgrade()
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert (len(group.clips), len(upgraded.clips)) == (0, 1)
    assert work.moved == [(f"telegram:{group.id}", f"telegram:{upgraded.id}")]
    await work.chat.tell(where, note(State.FAILED, "It failed.", (), job=JobId("another001")))
    assert upgraded.by_bot[-1].text.startswith("It failed.")


async def test_t40_the_number_of_an_old_message_is_not_taken_for_one_of_the_new_group(telegram, ana, work):
    group = telegram.group("Cats", ana)
    where, others = place(group, ana), [JobId(f"job{number:07}") for number in range(5)]
    for text in ("so that", "ids differ"):
        ana.send_text(text, group)
    await work.chat.show(where, note())
    upgraded = group.upgrade()
    for other in others:
        await work.chat.tell(where, note(State.CANCELLED, "Another video.", (), job=other))
    assert upgraded.find(group.by_bot[0].id).by_bot
    await work.chat.deliver(where, work.delivery(asker=ana.id))
    assert [post.text.split("\n")[0] for post in upgraded.by_bot[:5]] == ["Another video."] * 5
    assert len(upgraded.clips) == 1


async def test_t40_a_group_whose_upgrade_cannot_be_written_down_yet_gets_its_clip_later(telegram, ana, work):
    group = telegram.group("Cats", ana)
    where = place(group, ana)
    await work.chat.show(where, note())
    upgraded, keep = group.upgrade(), work.memory.keep

    async def away_for_a_moment(*_):
        work.memory.keep = keep
        raise StoreTrouble("the database restarts")

    work.memory.keep = away_for_a_moment
    with pytest.raises(NotNow):
        await work.chat.deliver(where, work.delivery(asker=ana.id))
    await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert len(upgraded.clips) == 1


async def test_a_clip_is_not_posted_where_nobody_would_know_of_it_after_a_crash(telegram, ana, tmp_path):
    memory, where = FakeMemory(), place(ana.chat, ana)
    keep = memory.keep

    async def away(*_):
        raise StoreTrouble("the database restarts")

    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        memory.keep = away
        with pytest.raises(NotNow):
            await work.chat.deliver(where, work.delivery(asker=ana.id))
        assert ana.chat.clips == []
    memory.keep = keep
    async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
        await work.chat.deliver(where, work.delivery(asker=ana.id, repeat=True))
    assert len(ana.chat.clips) == 1


async def test_t40_after_a_restart_the_new_group_is_still_known(telegram, ana, tmp_path):
    memory, group = FakeMemory(), telegram.group("Cats", ana)
    upgraded = group.upgrade()
    for number in range(2):
        async with at_work(telegram, tmp_path, memory=memory, listening=False) as work:
            failed = note(State.FAILED, "It failed.", AFTER, job=JobId(f"job{number:07}"))
            await work.chat.tell(place(group, ana), failed)
    assert len(upgraded.by_bot) == 2
    assert len(telegram.called("sendMessage", group.id)) == 1, "the second process knew it"
