"""What the bot's messages on Telegram and Discord looked like in the end, deleted ones included."""

from collections.abc import Callable, Mapping

from tests.chaos.books import named_in
from tests.chaos.records import Shown, Wish
from tests.fakes.discord.asked import Asked
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.telegram.posts import Post
from tests.fakes.telegram.server import FakeTelegram

HadTime = Callable[[Asked], bool]
"""Whether the token of an interaction lived for as long as it should."""


def on_telegram(telegram: FakeTelegram, known: frozenset[str]) -> list[Shown]:
    return [
        Shown(
            place=f"telegram:{chat.id}",
            message=str(post.id),
            text=post.text,
            jobs=named_in(post.text, known),
            clip=post.clip is not None or (post.media is not None and post.media.kind == "document") or _linked(post),
            visible=post.visible and not chat.gone,
        )
        for chat in telegram.chats.values()
        for post in chat.by_bot
    ]


def on_discord(discord: FakeDiscord, known: frozenset[str], had_time: HadTime) -> list[Shown]:
    bot = discord.world.bot
    return [
        Shown(
            place=f"discord:{message.channel.id}",
            message=str(message.id),
            text=message.text,
            jobs=named_in(message.text, known),
            clip=bool(message.media) or any("/media/" in (button.url or "") for button in message.buttons),
            visible=not message.deleted and not message.channel.deleted,
            thinking=message.thinking and had_time(message.asked),
        )
        for message in discord.world.messages.values()
        if message.author is bot
    ]


def wished_on_telegram(telegram: FakeTelegram, sent: Mapping[str, Post]) -> list[Wish]:
    """Wishes, by their words: an answer is a reply."""
    answered = {id(post.reply_to) for chat in telegram.chats.values() for post in chat.by_bot}
    return [Wish(words, f"telegram:{post.chat.id}", id(post) in answered) for words, post in sent.items()]


def wished_on_discord(sent: Mapping[str, Asked], had_time: HadTime) -> list[Wish]:
    """Wishes, by their words.

    One that the bot has not acknowledged, or whose token has died, is answered by Discord itself: it says that the bot
    did not respond. A process that died in between has written down what it acknowledges, and the next one answers it
    as long as the token lives.
    """
    return [
        Wish(words, f"discord:{asked.channel.id}", asked.answer is None or _is_answered(asked) or not had_time(asked))
        for words, asked in sent.items()
    ]


def _is_answered(asked: Asked) -> bool:
    said = [message for message in (asked.original, *asked.follow_ups) if message is not None]
    return any(not message.thinking and not message.deleted for message in said)


def _linked(post) -> bool:
    """Whether it has a button that leads to a clip."""
    return any("/media/" in button.get("url", "") for row in post.rows for button in row)
