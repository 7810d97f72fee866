"""What the app offers a person where they are: which commands, and which values their options take."""

from typing import Any

from tests.fakes.discord.application_api import ApplicationApi
from tests.fakes.discord.asked import Asked
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.rights import May
from tests.fakes.discord.shapes import channel_shape, file_shape, member_shape, role_shape, user_shape
from tests.fakes.discord.world import Channel, Role, User, World

SUBCOMMANDS = {1, 2}
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER, ATTACHMENT = 3, 4, 5, 6, 7, 8, 10, 11
TYPES: dict[int, type | tuple[type, ...]] = {
    STRING: str, INTEGER: int, BOOLEAN: bool, USER: User, CHANNEL: Channel, ROLE: Role, NUMBER: (int, float),
    ATTACHMENT: Picture,
}  # fmt: skip


class NotOffered(AssertionError):
    """The app would not let a person do this."""


def offered(app: ApplicationApi, user: User, where: Channel, name: str, *, kind: int) -> dict[str, Any]:
    """The registered command of this name, if the app shows it to this person here."""
    commands = [*app.commands[None], *app.commands.get(where.guild.id if where.guild else None, [])]
    found = [command for command in commands if (command["type"], command["name"]) == (kind, name)]
    if not found:
        raise NotOffered(f"no command {name!r}, but {sorted(command['name'] for command in commands)}")
    command = found[-1]
    if context(where) not in (command.get("contexts") or [0, 1, 2]):
        raise NotOffered(f"{name!r} is not for this kind of place")
    if not _installations(user, where) & {*(command.get("integration_types") or [0])}:
        raise NotOffered(f"{name!r} is not installed here")
    needed = int(command.get("default_member_permissions") or 0)
    if where.guild is not None and needed & ~_rights(user, where):
        raise NotOffered(f"{name!r} is not shown to this person")
    return command


def context(where: Channel) -> int:
    """0: a server, 1: the private chat with the bot, 2: any other private chat."""
    if where.guild is not None:
        return 0
    return 1 if where.world.bot in where.people else 2


def _installations(user: User, where: Channel) -> set[int]:
    """0: the server installed the app, 1: the person did."""
    bot = where.world.bot
    by_server = bot.id in where.guild.members if where.guild is not None else bot in where.people
    return ({0} if by_server else set()) | ({1} if user.has_installed else set())


def _rights(user: User, where: Channel) -> May:
    assert where.guild is not None
    return where.guild.rights(user, where)


def options_of(command: dict[str, Any], path: list[str]) -> list[dict[str, Any]]:
    """The options of a command, or of the subcommand at the end of *path*."""
    options = command.get("options") or []
    for name in path:
        inner = [option for option in options if option["name"] == name and option["type"] in SUBCOMMANDS]
        if not inner:
            raise NotOffered(f"no subcommand {name!r}")
        options = inner[0].get("options") or []
    return [option for option in options if option["type"] not in SUBCOMMANDS]


def resolved_options(
    asked: Asked, registered: list[dict[str, Any]], values: dict[str, Any], world: World, *, half_typed: bool = False
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The options as the app sends them, and beside them what they point at."""
    unknown = values.keys() - {option["name"] for option in registered}
    if unknown:
        raise NotOffered(f"no options {sorted(unknown)}")
    filled, resolved = [], {}
    for option in registered:
        if option["name"] not in values:
            if option.get("required") and not half_typed:
                raise NotOffered(f"option {option['name']!r} is required")
            continue
        value = values[option["name"]]
        if not half_typed:
            check_value(option, value)
        filled.append({"name": option["name"], "type": option["type"], "value": _wire(asked, value, resolved, world)})
    return filled, resolved


def check_value(option: dict[str, Any], value: Any) -> None:
    """Raises: NotOffered: The app would not let this value pass."""
    name, kind = option["name"], option["type"]
    if not isinstance(value, TYPES[kind]) or (kind == INTEGER and isinstance(value, bool)):
        raise NotOffered(f"option {name!r} does not take {type(value).__name__}")
    if option.get("choices") and value not in [choice["value"] for choice in option["choices"]]:
        raise NotOffered(f"option {name!r} has no choice {value!r}")
    size = len(value) if kind == STRING else value if kind in {INTEGER, NUMBER} else 0
    word = "length" if kind == STRING else "value"
    if not option.get(f"min_{word}", size) <= size <= option.get(f"max_{word}", size):
        raise NotOffered(f"option {name!r} does not take {value!r}")


def _wire(asked: Asked, value: Any, resolved: dict[str, Any], world: World) -> Any:
    """Plain values as they are; things as their ids, and themselves in *resolved*."""
    if isinstance(value, Picture):
        value.ephemeral = True
        world.store(value, asked.channel)
        return _point(resolved, "attachments", value.id, file_shape(value))
    if isinstance(value, User):
        guild = asked.channel.guild
        if guild is not None and value.id in guild.members:
            member = member_shape(guild.members[value.id], with_user=False)
            may = str(int(guild.rights(value, asked.channel)))
            _point(resolved, "members", value.id, member | {"permissions": may})
        return _point(resolved, "users", value.id, user_shape(value))
    if isinstance(value, Role):
        return _point(resolved, "roles", value.id, role_shape(value, 1))
    if isinstance(value, Channel):
        assert value.guild is not None
        may = str(int(value.guild.rights(asked.user, value)))
        return _point(resolved, "channels", value.id, channel_shape(value) | {"permissions": may})
    return value


def _point(resolved: dict[str, Any], kind: str, id: int, shape: dict[str, Any]) -> str:
    resolved.setdefault(kind, {})[str(id)] = shape
    return str(id)
