"""The methods that post: words, clips, documents, pictures, and the signs that something is on its way."""

import json
from dataclasses import replace
from typing import Any

from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.files import StoredFile
from tests.fakes.telegram.posts import Media
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.words import read_text
from tests.fakes.telegram.world import TelegramWorld

MOST_TEXT, MOST_CAPTION = 4096, 1024
_MIMES = {"video": "video/mp4", "animation": "video/mp4", "photo": "image/jpeg"}
_MOST_THUMBNAIL = 200_000
_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def read_words(call: Call, field: str, most: int, source: dict[str, Any] | None = None) -> tuple[str, list[Any]]:
    """A text or a caption with its entities, from the request or from an `InputMedia` in it."""
    names = ("entities" if field == "text" else "caption_entities", "parse_mode")
    given = source if source is not None else {field: call.text(field), names[1]: call.text(names[1])}
    entities = given.get(names[0]) if source is not None else call.json(names[0])
    text, found = read_text(given.get(field) or "", given.get(names[1]), entities)
    if len(text) > most:
        raise bad_request("message is too long" if field == "text" else "message caption is too long")
    return text, found


def read_markup(call: Call) -> dict[str, Any] | None:
    """The keyboard under a message, checked as the server checks it."""
    markup: dict[str, Any] | None = call.json("reply_markup")
    for button in (button for row in (markup or {}).get("inline_keyboard", []) for button in row):
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        if not button["text"]:
            raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    return markup


def read_media(world: TelegramWorld, call: Call, kind: str, source: dict[str, Any] | None = None) -> Media:
    """The file of a request with what is said about it, from its fields or from an `InputMedia` in it."""
    reference = call.text(kind) if source is None else source.get("media")
    given: dict[str, Any] = dict(call.fields) if source is None else source
    upload = call.upload(kind, reference)
    if upload is None and reference is not None and reference.startswith("file://"):
        return _described(world, call, _from_disk(world, kind, reference), given)
    if upload is None:
        file = world.files.by_id(reference or "")
        if (file.kind == "photo") is not (kind == "photo"):
            raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return _known(world, file, covered=_covered(given)) or _described(world, call, file, given)
    if not upload.content:
        raise bad_request("file must be non-empty")
    mime = _MIMES.get(kind, upload.mime)
    file = world.files.keep(upload.content, kind=_kind_now(world, kind), name=upload.name, mime=mime)
    return _described(world, call, file, given)


def _kind_now(world: TelegramWorld, kind: str) -> str:
    return "animation" if kind == "video" and world.next_as_animation else kind


def _from_disk(world: TelegramWorld, kind: str, reference: str) -> StoredFile:
    """A file that a local server shares with the bot."""
    if world.local_folder is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    path = type(world.local_folder)(reference.removeprefix("file://"))
    mime = _MIMES.get(kind, "application/octet-stream")
    return world.files.keep(path.read_bytes(), kind=_kind_now(world, kind), name=path.name, mime=mime)


def _known(world: TelegramWorld, file: StoredFile, *, covered: bool) -> Media | None:
    """What was sent before keeps its size, length and still: they cannot be changed by sending it again."""
    posts = (post for chat in world.chats.values() for post in chat.posts)
    found = next((post.media for post in posts if post.media and post.media.file is file), None)
    return found if found is None or found.covered is covered else replace(found, covered=covered)


def _covered(given: dict[str, Any]) -> bool:
    return given.get("has_spoiler") in {True, "true", "True"}


def _described(world: TelegramWorld, call: Call, file: StoredFile, given: dict[str, Any]) -> Media:
    if file.kind == "photo":
        return Media("photo", file, 1280, 960, sizes=((file, 1280, 960),))
    streams = given.get("supports_streaming") in {True, "true", "True"}
    width, height, duration = (int(given.get(name) or 0) for name in ("width", "height", "duration"))
    return Media(file.kind, file, width, height, duration, _thumbnail(world, call, given), streams, _covered(given))


def _thumbnail(world: TelegramWorld, call: Call, given: dict[str, Any]) -> StoredFile | None:
    upload = call.upload("thumbnail", given.get("thumbnail"))
    if upload is None:
        return None
    if not upload.content.startswith(b"\xff\xd8") or len(upload.content) > _MOST_THUMBNAIL:
        world.complaints.append(f"{call.method}: a thumbnail must be a JPEG of less than 200 kB")
    return world.files.keep(upload.content, kind="thumbnail", name="thumbnail.jpg", mime="image/jpeg")


def _post(world: TelegramWorld, call: Call, kind: str, words: tuple[str, list[Any]], media: Media | None) -> Any:
    """Post in a chat; the place was checked before anything was read."""
    chat, topic = world.chat(call.text("chat_id")), call.number("message_thread_id")
    answered = chat.answered(call.json("reply_parameters"), topic)
    if topic is None and answered is not None:
        topic = answered.topic  # a reply lands where the message is that it answers
    text, entities = words
    post = chat.add(
        world.bot, text=text, entities=entities, media=media, topic=topic, reply_to=answered,
        markup=read_markup(call), silent=call.yes("disable_notification"),
        scheduled=world.next_without_id and kind in {"video", "animation"},
    )  # fmt: skip
    return post.to_json()


def _check_place(world: TelegramWorld, call: Call, kind: str) -> Chat:
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_may_send(kind, call.number("message_thread_id"))
    return chat


def send_message(world: TelegramWorld, call: Call) -> Any:
    call.needed("text", "message text is empty")
    _check_place(world, call, "text")
    words = read_words(call, "text", MOST_TEXT)
    if not words[0]:
        raise bad_request("text must be non-empty")
    return _post(world, call, "text", words, None)


def _send(world: TelegramWorld, call: Call, kind: str) -> Any:
    _check_place(world, call, kind)
    words = read_words(call, "caption", MOST_CAPTION)
    read_markup(call)
    return _post(world, call, kind, words, read_media(world, call, kind))


def send_video(world: TelegramWorld, call: Call) -> Any:
    return _send(world, call, "video")


def send_animation(world: TelegramWorld, call: Call) -> Any:
    return _send(world, call, "animation")


def send_document(world: TelegramWorld, call: Call) -> Any:
    return _send(world, call, "document")


def send_photo(world: TelegramWorld, call: Call) -> Any:
    return _send(world, call, "photo")


def send_chat_action(world: TelegramWorld, call: Call) -> bool:
    chat, topic = world.chat(call.text("chat_id")), call.number("message_thread_id")
    chat.check_bot_is_here()
    action = call.needed("action", "wrong parameter action in request")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append((action, topic))
    world.changed()
    return True


def set_message_reaction(world: TelegramWorld, call: Call) -> bool:
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_is_here()
    post = chat.find(call.number("message_id") or 0)
    if post is None:
        raise bad_request("message to react not found")
    post.reactions = tuple(one.get("emoji", json.dumps(one)) for one in call.json("reaction") or [])
    world.changed()
    return True
