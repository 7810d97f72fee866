"""What Discord tells a bot about one deed of a person: the body of INTERACTION_CREATE."""

from typing import Any

from tests.fakes.discord.asked import Asked
from tests.fakes.discord.messages import Message, Part, Picture
from tests.fakes.discord.offers import context
from tests.fakes.discord.rights import May
from tests.fakes.discord.shapes import channel_shape, file_shape, member_shape, message_shape, user_shape
from tests.fakes.discord.world import World


def interaction(asked: Asked, body: dict[str, Any], world: World) -> dict[str, Any]:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object"""
    shape = {
        "id": str(asked.id),
        "application_id": str(world.application_id),
        "type": int(asked.deed),
        "token": asked.token,
        "version": 1,
        "data": body,
        "channel_id": str(asked.channel.id),
        "channel": channel_shape(asked.channel),
        "locale": asked.user.locale,
        "entitlements": [],
        "authorizing_integration_owners": _owners(asked, world),
        "context": context(asked.channel),
        "attachment_size_limit": asked.most_bytes,
        "app_permissions": str(int(_app_rights(asked, world))),
    }
    if asked.source is not None:
        shape["message"] = message_shape(asked.source)
    return shape | _who(asked)


def _who(asked: Asked) -> dict[str, Any]:
    guild = asked.channel.guild
    if guild is None:
        return {"user": user_shape(asked.user)}
    may = guild.rights(asked.user, asked.channel)
    member = member_shape(guild.members[asked.user.id]) | {"permissions": str(int(may))}
    partial = {"id": str(guild.id), "locale": guild.locale, "features": []}
    where = {"guild_id": str(guild.id), "guild": partial, "guild_locale": guild.locale}
    return {**where, "member": member}


def _owners(asked: Asked, world: World) -> dict[str, str]:
    """Whose installation lets this happen: 0 the server's (0 in a private chat with the bot), 1 the person's."""
    owners = {}
    guild = asked.channel.guild
    if guild is not None and world.bot.id in guild.members:
        owners["0"] = str(guild.id)
    if guild is None and world.bot in asked.channel.people:
        owners["0"] = "0"
    if asked.user.has_installed:
        owners["1"] = str(asked.user.id)
    return owners


def _app_rights(asked: Asked, world: World) -> May:
    guild = asked.channel.guild
    if guild is None:
        return May.everything() & ~(May.ADMINISTRATOR | May.MANAGE_GUILD | May.MANAGE_CHANNELS)
    if world.bot.id in guild.members:
        return guild.rights(world.bot, asked.channel)
    return guild.rights(asked.user, asked.channel) & ~May.ADMINISTRATOR


def nested(path: list[str], options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Options wrapped into their subcommand and its group."""
    for depth, name in enumerate(reversed(path)):
        options = [{"name": name, "type": 1 if depth == 0 else 2, "options": options}]
    return options


def message_command(registered: dict[str, Any], message: Message) -> dict[str, Any]:
    resolved = {"messages": {str(message.id): message_shape(message)}}
    return {
        "id": registered["id"], "name": registered["name"], "type": 3, "target_id": str(message.id),
        "resolved": resolved,
    }  # fmt: skip


def form_body(asked: Asked, opened: Asked, values: dict[str, Any], world: World) -> dict[str, Any]:
    """A filled-in modal."""
    assert opened.form is not None, "no modal opened"
    unknown = values.keys() - opened.fields.keys()
    assert not unknown, f"no fields {sorted(unknown)}, but {sorted(opened.fields)}"
    resolved: dict[str, Any] = {}
    parts = [_filled(part, asked, values, resolved, world) for part in opened.form["components"]]
    body = {"custom_id": opened.form["custom_id"], "components": parts}
    return body | {"resolved": resolved} if resolved else body


def _filled(part: dict[str, Any], asked: Asked, values, resolved, world: World) -> dict[str, Any]:
    inner = {"type": part["type"], "id": part.get("id", 0)}
    match part["type"]:
        case Part.LABEL:
            return inner | {"component": _filled(part["component"], asked, values, resolved, world)}
        case Part.ACTION_ROW:
            return inner | {"components": [_filled(p, asked, values, resolved, world) for p in part["components"]]}
        case Part.TEXT_DISPLAY:
            return inner
    inner["custom_id"] = part["custom_id"]
    value = values.get(part["custom_id"])
    if part["type"] == Part.TEXT_INPUT:
        return inner | {"value": _typed(part, part.get("value") or "" if value is None else value)}
    if part["type"] == Part.FILE_UPLOAD:
        return inner | {"values": [_uploaded(file, asked, resolved, world) for file in value or []]}
    chosen = [option["value"] for option in part.get("options", []) if option.get("default")]
    return inner | {"values": chosen if value is None else list(value)}


def _typed(part: dict[str, Any], value: str) -> str:
    assert part.get("min_length", 0) <= len(value) <= part.get("max_length", 4000), f"does not fit: {value!r}"
    assert value or not part.get("required", True), f"{part['custom_id']} is required"
    return value


def _uploaded(file: Picture, asked: Asked, resolved: dict[str, Any], world: World) -> str:
    file.ephemeral = True
    world.store(file, asked.channel)
    resolved.setdefault("attachments", {})[str(file.id)] = file_shape(file)
    return str(file.id)
