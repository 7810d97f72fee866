"""A message that somebody wants to post or change: what the rules say of it, and what it becomes."""

import copy
import itertools
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.discord.bodies import Body
from tests.fakes.discord.messages import Flag, Message, Part, Picture, shown_media, walk
from tests.fakes.discord.refusals import Refusal

SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.EPHEMERAL | Flag.SUPPRESS_NOTIFICATIONS | Flag.IS_COMPONENTS_V2
V2_PARTS = {
    Part.SECTION, Part.TEXT_DISPLAY, Part.THUMBNAIL, Part.MEDIA_GALLERY, Part.FILE, Part.SEPARATOR, Part.CONTAINER,
}  # fmt: skip
NAME = re.compile(r"[A-Za-z0-9_.-]+\Z")
MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")

Store = Callable[[Picture], Picture]


def apply(message: Message, body: Body, *, most_bytes: int, store: Store) -> None:
    """Write the fields of *body* into *message*; those that are not there stay.

    Raises:
        Refusal: Too large, empty, or against a rule; then *message* is unchanged.
    """
    form = body.json or {}
    _check_sizes(body, most_bytes)
    new = copy.copy(message)
    new.flags = _flags(message.flags, form.get("flags"))
    new.content = form.get("content", message.content) or ""
    new.embeds = form.get("embeds", message.embeds) or []
    new.attachments = _attachments(message, body, store)
    if "components" in form:
        new.components = _laid_out(form["components"] or [], new.attachments)
    check(new)
    for name in ("flags", "content", "embeds", "attachments", "components"):
        setattr(message, name, getattr(new, name))


def _check_sizes(body: Body, most_bytes: int) -> None:
    if any(len(file.content) > most_bytes for file in body.files.values()):
        raise Refusal.of(40005)
    if len(body.files) > 10:
        raise Refusal.of_form("files", "Must be 10 or fewer in length.")


def _flags(old: Flag, wanted: int | None) -> Flag:
    """Components V2 can be switched on and never off; ephemeral is settled by the first answer."""
    fixed = old & (Flag.IS_COMPONENTS_V2 | Flag.EPHEMERAL)
    settable = Flag(wanted or 0) & (SETTABLE & ~Flag.EPHEMERAL)
    kept = old & Flag.SUPPRESS_EMBEDS if wanted is None else Flag(0)
    return fixed | settable | kept


def _attachments(message: Message, body: Body, store: Store) -> list[Picture]:
    """With a list, what it names stays and the rest goes; without one everything stays and files are added."""
    listed = (body.json or {}).get("attachments")
    if listed is None:
        return [*message.attachments, *[store(file) for file in body.files.values()]]
    old = {file.id: file for file in message.attachments}
    found = []
    for entry in listed:
        number = int(entry["id"])
        if number in body.files:
            file = body.files[number]
            file.name, file.description = entry.get("filename", file.name), entry.get("description")
            found.append(store(file))
        elif number in old:
            found.append(old[number])
        else:
            raise Refusal.of_form("attachments", f"no file {number}")
    return found


def _laid_out(components: list[dict[str, Any]], files: list[Picture]) -> list[dict[str, Any]]:
    """As Discord gives them back: numbered, and with links to the files they show."""
    laid = copy.deepcopy(components)
    numbers = itertools.count(1)
    for part in walk(laid):
        part.setdefault("id", next(numbers))
        for media in shown_media(part):
            media.update({"id": str(next(numbers))} | _resolved(media["url"], files))
        for entry in part.get("items", []):
            entry.setdefault("description", None)
            entry.setdefault("spoiler", False)
    return laid


def _resolved(url: str, files: list[Picture]) -> dict[str, Any]:
    if not url.startswith("attachment://"):
        return {"url": url, "proxy_url": url}
    name = url.removeprefix("attachment://")
    for file in files:
        if file.name == name and NAME.match(name):
            kind = file.content_type
            return {"url": file.url, "proxy_url": file.url, "content_type": kind, "attachment_id": str(file.id)}
    raise Refusal.of_form("components", f"The referenced attachment was not found: {name}")


def check(message: Message) -> None:
    """Raises: Refusal: The message as a whole is not allowed."""
    parts = list(walk(message.components))
    if message.flags & Flag.IS_COMPONENTS_V2:
        _check_v2(message, parts)
    else:
        _check_legacy(message, parts)
    _check_parts(parts)


def _check_v2(message: Message, parts: list[dict[str, Any]]) -> None:
    if message.content or message.embeds or message.stickers:
        raise Refusal.of_form("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2")
    if not parts:
        raise Refusal.of(50006)
    if len(parts) > 40:
        raise Refusal.of_form("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED")
    if sum(len(part["content"]) for part in parts if part["type"] == Part.TEXT_DISPLAY) > 4000:
        raise Refusal.of_form("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED")


def _check_legacy(message: Message, parts: list[dict[str, Any]]) -> None:
    if not message.thinking and not (message.content or message.embeds or message.attachments or message.stickers):
        raise Refusal.of(50006)
    if len(message.content) > 2000:
        raise Refusal.of_form("content", "Must be 2000 or fewer in length.")
    if any(part["type"] in V2_PARTS for part in parts) or len(message.components) > 5:
        raise Refusal.of_form("components", "UNION_TYPE_CHOICES")


def _check_parts(parts: list[dict[str, Any]]) -> None:
    custom_ids = [part["custom_id"] for part in parts if part.get("custom_id") is not None]
    if len(set(custom_ids)) != len(custom_ids):
        raise Refusal.of_form("components", "COMPONENT_CUSTOM_ID_DUPLICATED")
    if any(not 1 <= len(own) <= 100 for own in custom_ids):
        raise Refusal.of_form("components", "custom_id: Must be between 1 and 100 in length.")
    for part in parts:
        if complaint := _complaint(part):
            raise Refusal.of_form("components", complaint)


def _complaint(part: dict[str, Any]) -> str | None:
    match part["type"]:
        case Part.BUTTON:
            return _button_complaint(part)
        case Part.ACTION_ROW:
            inner = part.get("components", [])
            return None if 1 <= len(inner) <= 5 else "a row holds 1 to 5 buttons"
        case Part.TEXT_DISPLAY:
            return None if part["content"] else "content: This field is required"
        case Part.MEDIA_GALLERY:
            return None if 1 <= len(part["items"]) <= 10 else "items: Must be between 1 and 10 in length."
        case Part.SECTION:
            return None if 1 <= len(part["components"]) <= 3 and part.get("accessory") else "a section needs both"
    return None


def _button_complaint(part: dict[str, Any]) -> str | None:
    if len(part.get("label") or "") > 80:
        return "label: Must be 80 or fewer in length."
    if not (part.get("label") or part.get("emoji") or part.get("sku_id")):
        return "a button needs a label or an emoji"
    if bool(part.get("url")) == bool(part.get("custom_id")):
        return "a button needs a custom_id or a url"
    if len(part.get("url") or "") > 512:
        return "url: Must be 512 or fewer in length."
    return None


def checked_form(form: dict[str, Any]) -> dict[str, Any]:
    """A modal.

    Raises:
        Refusal: It is not allowed.
    """
    if not 1 <= len(form["title"]) <= 45 or not 1 <= len(form["custom_id"]) <= 100:
        raise Refusal.of_form("title", "Must be between 1 and 45 in length.")
    if not 1 <= len(form["components"]) <= 5:
        raise Refusal.of_form("components", "Must be between 1 and 5 in length.")
    _check_parts(list(walk(form["components"])))
    return form


def pinged(message: Message, allowed: dict[str, Any] | None, *, by_interaction: bool) -> set[Any]:
    """Who is notified by this new message: named in it, and allowed to be."""
    if message.flags & Flag.SUPPRESS_NOTIFICATIONS:
        return set()
    world = message.channel.world
    if allowed is None:
        allowed = {"parse": ["users"] if by_interaction else ["users", "roles", "everyone"], "replied_user": True}
    parse, text = allowed.get("parse", []), message.text
    named = {int(number) for number in MENTION.findall(text)}
    if "users" not in parse:
        named &= {int(number) for number in allowed.get("users") or []}
    people = {world.users[number] for number in named if number in world.users}
    people |= _in_roles(message, parse, allowed) | _everyone(message, parse)
    origin = world.messages.get(message.reply_to or 0)
    if origin is not None and allowed.get("replied_user", False):
        people.add(origin.author)
    return {user for user in people if not user.is_bot}


def _in_roles(message: Message, parse: list[str], allowed: dict[str, Any]) -> set[Any]:
    named = {int(number) for number in ROLE_MENTION.findall(message.text)}
    if "roles" not in parse:
        named &= {int(number) for number in allowed.get("roles") or []}
    guild = message.channel.guild
    members = guild.members.values() if guild else []
    return {member.user for member in members if named & {role.id for role in member.roles}}


def _everyone(message: Message, parse: list[str]) -> set[Any]:
    guild = message.channel.guild
    if guild is None or "everyone" not in parse or not re.search(r"@(everyone|here)", message.text):
        return set()
    return {member.user for member in guild.members.values()}
