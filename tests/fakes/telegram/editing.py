"""The methods that change or take away what the bot posted before."""

from typing import Any

from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.posts import Media, Post
from tests.fakes.telegram.refusals import NOT_MODIFIED, bad_request
from tests.fakes.telegram.sending import MOST_CAPTION, MOST_TEXT, read_markup, read_media, read_words
from tests.fakes.telegram.world import TelegramWorld


def _to_edit(world: TelegramWorld, call: Call) -> Post:
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_is_here()
    wanted = call.number("message_id")
    if not wanted:
        raise bad_request("message identifier is not specified")
    post = chat.find(wanted)
    if post is None:
        raise bad_request("message to edit not found")
    if not post.by_bot or post.service:
        raise bad_request("message can't be edited")
    return post


def _change(
    world: TelegramWorld, post: Post, words: tuple[str, list[Any]], media: Media | None, markup: Any
) -> dict[str, Any]:
    text, entities = words
    if post.same_as(text, entities, media, markup):
        raise bad_request(NOT_MODIFIED)
    post.text, post.entities, post.media, post.markup = text, entities, media, markup
    post.edits += 1
    post.edited_at = world.now()
    world.changed()
    return post.to_json()


def edit_message_text(world: TelegramWorld, call: Call) -> Any:
    post = _to_edit(world, call)
    if post.media is not None:
        raise bad_request("there is no text in the message to edit")
    words = read_words(call, "text", MOST_TEXT)
    if not words[0]:
        raise bad_request("text must be non-empty")
    return _change(world, post, words, None, read_markup(call))


def edit_message_caption(world: TelegramWorld, call: Call) -> Any:
    post = _to_edit(world, call)
    if post.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, post, read_words(call, "caption", MOST_CAPTION), post.media, read_markup(call))


def edit_message_reply_markup(world: TelegramWorld, call: Call) -> Any:
    post = _to_edit(world, call)
    return _change(world, post, (post.text, post.entities), post.media, read_markup(call))


def edit_message_media(world: TelegramWorld, call: Call) -> Any:
    """A text can become a film; a film never becomes a text again."""
    post = _to_edit(world, call)
    source: dict[str, Any] = call.json("media") or {}
    if source.get("type") not in {"video", "animation", "document", "photo"}:
        raise bad_request("can't parse InputMedia: unknown or missing type")
    words = read_words(call, "caption", MOST_CAPTION, source)
    post.chat.check_bot_may_send(source["type"], post.topic)
    markup = read_markup(call)
    return _change(world, post, words, read_media(world, call, source["type"], source), markup)


def delete_message(world: TelegramWorld, call: Call) -> bool:
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_is_here()
    post = chat.find(call.number("message_id") or 0)
    if post is None:
        raise bad_request("message to delete not found")
    if not _may_delete(world, chat, post):
        raise bad_request("message can't be deleted")
    chat.drop([post])
    return True


def delete_messages(world: TelegramWorld, call: Call) -> bool:
    """Those that are not found are passed over."""
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_is_here()
    posts = (chat.find(one) for one in call.json("message_ids") or [])
    chat.drop([post for post in posts if post is not None and _may_delete(world, chat, post)])
    return True


def _may_delete(world: TelegramWorld, chat: Chat, post: Post) -> bool:
    member = chat.members[world.bot["id"]]
    return post.by_bot or chat.type == "private" or (member.is_admin and member.may("can_delete_messages"))
