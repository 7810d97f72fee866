"""Groups of the fake: what the bot hears there, who may do what, and topics."""

import pytest
from telegram import (
    ReplyParameters,
)
from telegram.constants import ChatID
from telegram.error import (
    BadRequest,
    ChatMigrated,
)

from tests.platforms.telegram.fake.here import CLIP, the_update


class TestGroups:
    async def test_privacy_hides_what_is_not_for_the_bot(self, bot, telegram, ana):
        group = telegram.supergroup("Movies", ana)
        note = await bot.send_message(group.id, "hello")
        ana.send_text("just talking", group)
        ana.send_text("/video@another_bot a cat", group)
        ana.send_photo("nice", group)
        ana.send_text("/video a cat", group)
        ana.send_text("/video@Reel_Test_Bot a dog", group)
        ana.send_photo("/video a bird", group)
        ana.send_text("thanks", group, reply_to=group.find(note.message_id))
        heard = [update.message.text or update.message.caption for update in await bot.get_updates()]
        assert heard == ["/video a cat", "/video@Reel_Test_Bot a dog", "/video a bird", "thanks"]
        assert not (await bot.get_me()).can_read_all_group_messages

    async def test_an_administrator_or_a_bot_without_privacy_hears_all(self, bot, telegram, ana):
        group = telegram.supergroup("Movies", ana)
        telegram.privacy = False
        ana.send_text("just talking", group)
        assert (await the_update(bot)).message.text == "just talking"

    async def test_a_reply_to_a_photo_brings_the_photo(self, bot, telegram, ana, ben):
        group = telegram.group("Movies", ana, (ben,))
        photo = ana.send_photo("look", group)
        ben.send_text("/video make it move", group, reply_to=photo)
        message = (await the_update(bot)).message
        assert (message.from_user.id, message.reply_to_message.photo[-1].width) == (ben.id, 1280)

    async def test_a_reply_to_another_chat_brings_the_photo_too(self, bot, telegram, ana, ben):
        group, other = telegram.supergroup("Movies", ana, (ben,)), telegram.supergroup("Photos", ana)
        ben.send_text("/video make it move", group, elsewhere=ana.send_photo("look", other))
        message = (await the_update(bot)).message
        assert message.reply_to_message is None
        assert message.external_reply.photo[-1].width == 1280

    async def test_a_chain_of_replies_looks_like_a_topic_and_is_none(self, bot, telegram, ana):
        group = telegram.supergroup("Movies", ana)
        ana.send_text("/video a cat", group, reply_to=ana.send_text("look", group))
        message = (await the_update(bot)).message
        assert message.message_thread_id is not None
        assert not message.is_topic_message
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(group.id, "hello", message_thread_id=message.message_thread_id)

    async def test_an_anonymous_administrator_is_the_group(self, bot, telegram, ana):
        group = telegram.supergroup("Movies", ana)
        ana.send_text("/limits", group, mask="group")
        ana.send_text("/video a cat", group, mask="channel")
        anonymous, channel = (update.message for update in await bot.get_updates())
        assert (anonymous.from_user.id, anonymous.sender_chat.id) == (ChatID.ANONYMOUS_ADMIN, group.id)
        assert (channel.from_user.id, channel.sender_chat.type) == (ChatID.FAKE_CHANNEL, "channel")

    async def test_an_upgraded_group_has_another_id(self, bot, telegram, ana):
        old = telegram.group("Movies", ana)
        new = old.upgrade()
        left, came = (update.message for update in await bot.get_updates())
        assert (left.chat.id, left.migrate_to_chat_id) == (old.id, new.id)
        assert (came.chat.id, came.migrate_from_chat_id) == (new.id, old.id)
        with pytest.raises(ChatMigrated) as refused:
            await bot.send_message(old.id, "hello")
        assert refused.value.new_chat_id == new.id
        await bot.send_message(new.id, "hello")

    async def test_rights_are_shown_as_they_are(self, bot, telegram, ana, ben):
        group = telegram.supergroup("Movies", ana, (ben,))
        with pytest.raises(BadRequest, match="Member list is inaccessible"):
            await bot.get_chat_member(group.id, ben.id)
        group.promote(ben, frozenset({"can_change_info"}))
        first, second = await bot.get_chat_administrators(group.id)
        assert (first.status, second.user.id, second.can_change_info) == ("creator", ben.id, True)
        assert not second.can_delete_messages
        group.demote(ben)
        group.promote_bot()
        assert (await bot.get_chat_member(group.id, ben.id)).status == "member"
        group.remove(ben)
        assert (await bot.get_chat_member(group.id, ben.id)).status == "left"
        assert ben.seen(group) == []

    async def test_the_bot_hears_of_its_own_fate(self, bot, telegram, ana):
        group = telegram.supergroup("Movies", ana)
        group.kick_bot()
        group.let_bot_in()
        group.mute_bot()
        ana.block_bot()
        changes = [update.my_chat_member for update in await bot.get_updates()]
        assert [change.new_chat_member.status for change in changes] == ["kicked", "member", "restricted", "kicked"]


class TestTopics:
    @pytest.fixture
    def forum(self, telegram, ana, ben):
        forum = telegram.forum("Movies", ana, (ben,), topics=("Clips",))
        telegram.updates.pending.clear()
        return forum

    async def test_a_message_in_a_topic_says_so(self, bot, ana, forum):
        ana.send_text("/video a cat", forum, topic=forum.topic("Clips"))
        ana.send_text("/video a dog", forum)
        inside, general = (update.message for update in await bot.get_updates())
        assert (inside.message_thread_id, inside.is_topic_message) == (forum.topic("Clips").id, True)
        assert inside.reply_to_message.forum_topic_created.name == "Clips"
        assert (general.message_thread_id, general.is_topic_message) == (None, None)

    async def test_what_is_sent_to_a_topic_is_seen_there_alone(self, bot, ben, forum):
        await bot.send_video(forum.id, CLIP, message_thread_id=forum.topic("Clips").id)
        assert [bool(post.clip) for post in ben.seen(forum, forum.topic("Clips"))] == [False, True]
        assert ben.seen(forum, forum.general) == []

    async def test_general_has_no_number(self, bot, ben, forum):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "hello", message_thread_id=1)
        await bot.send_message(forum.id, "hello")
        assert [post.text for post in ben.seen(forum, forum.general)] == ["hello"]

    async def test_a_chain_of_replies_in_general_is_no_topic(self, bot, ana, forum):
        ana.send_text("/video a cat", forum, reply_to=ana.send_text("look", forum))
        message = (await the_update(bot)).message
        assert (message.message_thread_id is not None, message.is_topic_message) == (True, None)

    async def test_a_reply_lands_in_the_topic_of_what_it_answers(self, bot, ana, forum):
        asked = ana.send_text("/video a cat", forum, topic=forum.topic("Clips"))
        await bot.send_message(forum.id, "hello", reply_parameters=ReplyParameters(asked.id))
        assert forum.by_bot[0].topic == forum.topic("Clips").id

    async def test_a_closed_topic_takes_nothing_until_it_is_open(self, bot, forum):
        clips = forum.topic("Clips")
        forum.close_topic(clips)
        with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
            await bot.send_message(forum.id, "hello", message_thread_id=clips.id)
        forum.reopen_topic(clips)
        await bot.send_message(forum.id, "hello", message_thread_id=clips.id)

    async def test_a_deleted_topic_takes_its_messages_with_it(self, bot, ana, forum):
        clips = forum.topic("Clips")
        note = await bot.send_message(forum.id, "hello", message_thread_id=clips.id)
        forum.delete_topic(clips)
        assert ana.seen(forum) == []
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "hello", message_thread_id=clips.id)
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("bye", forum.id, note.message_id)

    async def test_a_reply_across_topics_is_refused_even_if_one_may_send_without(self, bot, ana, forum):
        asked = ana.send_text("/video a cat", forum)
        across = ReplyParameters(asked.id, allow_sending_without_reply=True)
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(forum.id, "hi", message_thread_id=forum.topic("Clips").id, reply_parameters=across)
