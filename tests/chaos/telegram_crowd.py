"""People on Telegram, who ask, press, repeat themselves, rule their groups, and shut the bot out."""

import asyncio

from tests.chaos.deeds import JOB_IN_TEXT, Deeds, unsheltered
from tests.fakes.telegram.chats import GENERAL, Topic
from tests.fakes.telegram.members import Member
from tests.fakes.telegram.posts import Post
from tests.fakes.telegram.server import FakeTelegram
from tests.story.api_house import MODELS_OF_TWO_PICTURES

PEOPLE, GROUPS = 16, 5
FORUM = 4
"""Which of the groups has topics."""
DELETED_MOST = 2
"""Accounts that are deleted, never to come back."""
TOO_MANY_BYTES = 30_000_000
"""Of a picture: more than Telegram hands out to bots."""
TOPICS_LEAST = 2
"""Open ones."""
LIMITS = (
    "member_running off",
    "member_running 5",
    "member_daily 5000",
    "member_daily off",
    "per_video 200",
    "per_video off",
)


class TelegramCrowd:
    """Sixteen people in five groups; the first of them runs the bot."""

    name = "telegram"

    def __init__(self, telegram: FakeTelegram, deeds: Deeds):
        self._telegram = telegram
        self._deeds = deeds
        self._luck = deeds.luck
        self.people = [telegram.person(f"T{number}") for number in range(PEOPLE)]
        self.groups = [self._group(number) for number in range(GROUPS)]
        self.operator = self.people[0]
        self._closed: list[object] = []
        self.sent: dict[str, Post] = {}
        """Wishes by their words."""

    def _group(self, number: int):
        owner, *others = self._luck.sample(self.people, 8)
        if number == FORUM:
            return self._telegram.forum(f"group {number}", owner, tuple(others), topics=("cats", "dogs", "birds"))
        make = self._telegram.supergroup if number % 2 else self._telegram.group
        return make(f"group {number}", owner, tuple(others))

    async def act(self) -> None:
        """One person does something."""
        person = self._luck.choice([one for one in self.people if not one.chat.deactivated])
        mine = [group for group in self.groups if (m := group.member(person.id)) is not None and m.present]
        chat = self._luck.choice(mine) if mine and self._luck.random() < 0.5 else person.chat
        deeds = {
            self._wish: 50, self._show: 10, self._press: 28, self._speak: 10, self._repeat: 5, self._rule: 3,
            self._run_the_bot: 4, self._change_mind: 3, self._forge: 2,
        }  # fmt: skip
        await asyncio.sleep(0)
        self._luck.choices(list(deeds), list(deeds.values()))[0](person, chat)

    def _wish(self, person, chat) -> None:
        words = self._deeds.wish(str(person.id))
        self._deeds.done["wish"] += 1
        wish = f"/video model={self._deeds.model()} {words}"
        self.sent[words] = person.send_text(wish, to=chat, topic=self._topic(chat))

    def _show(self, person, chat) -> None:
        words = self._deeds.wish(str(person.id))
        self._deeds.done["wish with a photo"] += 1
        if self._luck.random() < 0.25:
            model = self._luck.choice(MODELS_OF_TWO_PICTURES)
            wish = f"/video model={model} {words}"
            self.sent[words], _ = person.send_album([None, None], wish, to=chat, topic=self._topic(chat))
            return
        model = self._luck.choice(["live", self._deeds.model()])
        if self._luck.random() < 0.1:
            wish = f"/video model={model} {words}"
            self.sent[words] = person.send_document(wish, to=chat, size=TOO_MANY_BYTES)
            return
        self.sent[words] = person.send_photo(f"/video model={model} {words}", to=chat, topic=self._topic(chat))

    def _topic(self, chat) -> Topic | None:
        """Where one may write, in a group that has topics; None is its general one."""
        found = [topic for topic in chat.topics.values() if not (topic.closed or topic.deleted)]
        return self._luck.choice(found) if found else None

    def _press(self, person, chat) -> None:
        there = [post for post in person.seen(chat)[-30:] if post.by_bot]
        buttons = [(post, one["text"]) for post in there for row in post.rows for one in row if "callback_data" in one]
        if buttons:
            post, label = self._luck.choice(buttons)
            self._deeds.presses(str(person.id), label, post.text)
            presses = 2 if self._luck.random() < 0.1 else 1
            for _ in range(presses):
                person.press(post, label)
            if presses == 2 and label == "Again":
                self._deeds.opens(str(person.id))

    def _change_mind(self, _person, _chat) -> None:
        """Somebody edits a wish, which the bot does not hear of, or deletes it: then nothing is owed but the job."""
        found = [(words, post) for words, post in list(self.sent.items())[-20:] if not post.deleted]
        if not found:
            return
        words, post = self._luck.choice(found)
        author = next(one for one in self.people if one.id == post.author["id"])
        if self._luck.random() < 0.5:
            self._deeds.done["wish edited"] += 1
            author.edit(post, f"{post.text} at night")
            return
        self._deeds.done["wish deleted"] += 1
        author.delete(post)
        del self.sent[words]

    def _forge(self, person, chat) -> None:
        """Press what no button says, as changed clients can: the bot's own words with a letter changed, or others."""
        there = [post for post in person.seen(chat)[-30:] if post.by_bot]
        real = [
            (post, one["callback_data"]) for post in there for row in post.rows for one in row if "callback_data" in one
        ]
        if real:
            post, data = self._luck.choice(real)
            letter = "A" if data[-1] != "A" else "B"
            self._deeds.done["press what is forged"] += 1
            person.press_forged(post, self._luck.choice([f"{data[:-1]}{letter}", "no such thing", data[::-1]]))

    def _speak(self, person, chat) -> None:
        found = [match[1] for post in person.seen(chat)[-40:] if (match := JOB_IN_TEXT.search(post.text))]
        words = self._luck.choice(["again", "cancel", "job", "job", self._deeds.any_command()])
        self._deeds.done[f"/{words}"] += 1
        if words == "again":
            self._deeds.opens(str(person.id))
        elif words == "job" and found:
            job = self._luck.choice(found)
            self._deeds.asked_again[job] += 1
            words = f"job {job}"
        person.send_text(f"/{words}", to=chat)

    def _repeat(self, _person, _chat) -> None:
        """What Telegram brings twice, for its confirmation was lost."""
        updates = self._telegram.updates
        if updates.pending and self._luck.random() < 0.5:
            updates.duplicate()
        else:
            updates.replay(self._luck.randint(1, 5))
        self._deeds.done["update again"] += 1

    def _rule(self, _person, _chat) -> None:
        group = self._luck.choice(self.groups)
        owner = next(one for one in self.people if one.id == group.owner["id"])
        word = self._luck.choice([*(f"/limits set {limit}" for limit in LIMITS), "/limits pool on", "/limits pool off"])
        self._deeds.done["/limits"] += 1
        owner.send_text(word, to=group)

    def _run_the_bot(self, _person, _chat) -> None:
        someone = self._luck.choice(self.people).id
        word = self._luck.choice([
            f"/grant telegram:{someone} 300 for the fire", f"/grant telegram:{someone} 300 for the fire",
            f"/take telegram:{someone} 5 a fine", "/grant server 500 a prize", "/pause aimlapi", "/resume",
        ])  # fmt: skip
        self._deeds.done[word.split()[0]] += 1
        group = next((one for one in self.groups if one.member(self.operator.id) is not None), None)
        self.operator.send_text(word, to=group if "server" in word and group else None)

    # ------------------------------------------------------------------------------------------- shutting out

    def shut_out(self) -> str:
        """Make a place unusable, or one that was usable again; returns what was done."""
        if self._closed and self._luck.random() < 0.6:
            self._reopen(self._closed.pop(0))
            return "a chat opened again"
        if self._luck.random() < 0.5:
            person = self._luck.choice(unsheltered(self.people))
            self._deeds.hurt.add(f"telegram:{person.id}")
            if self._luck.random() < 0.1 and sum(one.chat.deactivated for one in self.people) < DELETED_MOST:
                person.delete_account()
                return "account deleted"
            person.block_bot()
            self._closed.append(person)
            return "bot blocked"
        return self._hurt_a_group()

    def _hurt_a_group(self) -> str:
        number = self._luck.choice(unsheltered(range(len(self.groups))))
        group = self.groups[number]
        self._deeds.hurt.add(f"telegram:{group.id}")
        if group.type == "group" and self._luck.random() < 0.4:
            self.groups[number] = group.upgrade()
            self._deeds.hurt.add(f"telegram:{self.groups[number].id}")
            return "group upgraded"
        if group.is_forum and self._luck.random() < 0.6:
            return self._hurt_a_topic(group)
        if self._luck.random() < 0.5:
            group.kick_bot()
        else:
            group.mute_bot()
        self._closed.append(group)
        return "bot kicked or muted"

    def _hurt_a_topic(self, forum) -> str:
        topics = [topic for topic in forum.topics.values() if not (topic.closed or topic.deleted)]
        if len(topics) <= TOPICS_LEAST:
            return "no topic to spare"
        topic = self._luck.choice(topics)
        if topic.id != GENERAL and self._luck.random() < 0.3:
            forum.delete_topic(topic)
            forum.create_topic(f"{topic.name} anew")
            return "topic deleted"
        forum.close_topic(topic)
        self._closed.append((forum, topic))
        return "topic closed"

    def _reopen(self, place) -> None:
        if isinstance(place, tuple):
            forum, topic = place
            forum.reopen_topic(topic)
        elif hasattr(place, "unblock_bot"):
            place.unblock_bot()
        elif place.migrated_to is None:
            place.set_status(Member(self._telegram.bot), by=place.owner)

    def make_peace(self) -> None:
        """Every place is usable again."""
        while self._closed:
            self._reopen(self._closed.pop())
