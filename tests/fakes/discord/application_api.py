"""The application over REST: who the bot is, its commands, where the gateway is, and plain look-ups."""

from aiohttp import web

from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.shapes import (
    application_shape,
    channel_shape,
    guild_shape,
    me_shape,
    member_shape,
    roles_shape,
    user_shape,
)
from tests.fakes.discord.world import Guild, World


class ApplicationApi:
    """The calls. *flags* are the application's (https://docs.discord.com/developers/resources/application)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.flags = 0
        self.gateway_url = ""
        self.shards = 1
        """How many connections Discord asks for."""
        self.identifies_left = 1000
        self.commands: dict[int | None, list[dict]] = {None: []}
        """By server; None: everywhere."""
        self.syncs = 0
        """How often a whole list of commands was written."""

    def calls(self):
        return {
            Call.ME: lambda _request, _body: me_shape(self._world.bot),
            Call.APPLICATION: self.application,
            Call.OAUTH_APPLICATION: self.application,
            Call.GATEWAY: lambda _request, _body: {"url": self.gateway_url},
            Call.GATEWAY_BOT: self.gateway_bot,
            Call.LIST_COMMANDS: self.list_commands,
            Call.SYNC_COMMANDS: self.sync_commands,
            Call.LIST_GUILD_COMMANDS: self.list_commands,
            Call.SYNC_GUILD_COMMANDS: self.sync_commands,
            Call.GET_USER: self.get_user,
            Call.GET_GUILD: lambda request, _body: guild_shape(self._guild(request)),
            Call.LIST_CHANNELS: self.list_channels,
            Call.LIST_ROLES: lambda request, _body: roles_shape(self._guild(request)),
            Call.GET_MEMBER: self.get_member,
        }

    def application(self, _request: web.Request, _body: Body):
        return application_shape(self._world, flags=self.flags)

    def gateway_bot(self, _request: web.Request, _body: Body):
        limit = {"total": 1000, "remaining": self.identifies_left, "reset_after": 14_400_000, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    def list_commands(self, request: web.Request, _body: Body):
        return self.commands.get(_scope(request), [])

    def sync_commands(self, request: web.Request, body: Body):
        """The whole list at once; what is not in it is gone, what keeps its name keeps its id."""
        scope = _scope(request)
        before = {(old["type"], old["name"]): old for old in self.commands.get(scope, [])}
        self.commands[scope] = [self._registered(command, before) for command in body.json]
        self.syncs += 1
        return self.commands[scope]

    def _registered(self, command, before):
        kind = command.get("type", 1)
        _check_command(command, kind)
        old = before.get((kind, command["name"]), {})
        fixed = {"application_id": str(self._world.application_id), "version": str(self._world.new_id())}
        defaults = {"type": kind, "description": "", "default_member_permissions": None, "nsfw": False}
        defaults |= {"integration_types": [0], "contexts": None}
        return {**defaults, **command, **fixed, "id": old.get("id") or str(self._world.new_id())}

    def get_user(self, request: web.Request, _body: Body):
        user = self._world.users.get(int(request.match_info["user_id"]))
        if user is None:
            raise Refusal.of(10013)
        return user_shape(user)

    def list_channels(self, request: web.Request, _body: Body):
        return [channel_shape(channel) for channel in self._guild(request).channels if not channel.is_thread]

    def get_member(self, request: web.Request, _body: Body):
        member = self._guild(request).members.get(int(request.match_info["user_id"]))
        if member is None:
            raise Refusal.of(10007)
        return member_shape(member)

    def _guild(self, request: web.Request) -> Guild:
        guild = self._world.guilds.get(int(request.match_info["guild_id"]))
        if guild is None or self._world.bot.id not in guild.members:
            raise Refusal.of(10004)
        return guild


def _scope(request: web.Request) -> int | None:
    number = request.match_info.get("guild_id")
    return int(number) if number else None


def _check_command(command, kind: int) -> None:
    name, options = command["name"], command.get("options") or []
    if not 1 <= len(name) <= 32 or (kind == 1 and (name != name.lower() or " " in name)):
        raise Refusal.of_form("name", f"Command name is invalid: {name}")
    if kind == 1 and not 1 <= len(command.get("description", "")) <= 100:
        raise Refusal.of_form("description", "Must be between 1 and 100 in length.")
    if len(options) > 25 or any(len(option.get("choices") or []) > 25 for option in options):
        raise Refusal.of_form("options", "Must be 25 or fewer in length.")
    if any(local != local.lower() for local in (command.get("name_localizations") or {}).values() if kind == 1):
        raise Refusal.of_form("name_localizations", "Command name is invalid")
    if _letters(command) > 8000:
        raise Refusal.of_form("options", "Command exceeds maximum size (8000)")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise Refusal.of_form("options", "Required options must be placed before non-required options")


def _letters(command) -> int:
    """What counts towards a command's size: names, descriptions and values, those of its options included."""
    words = [command.get("name", ""), command.get("description", "")]
    words += [str(choice["value"]) + choice["name"] for choice in command.get("choices") or []]
    return sum(map(len, words)) + sum(_letters(option) for option in command.get("options") or [])
