"""The methods that ask or set: who I am, chats and their members, menus, files, buttons, the webhook."""

import json
import re
from typing import Any

from tests.fakes.telegram.calls import Call
from tests.fakes.telegram.files import MOST_DOWNLOAD
from tests.fakes.telegram.refusals import QUERY_TOO_OLD, bad_request
from tests.fakes.telegram.updates import Webhook
from tests.fakes.telegram.world import TelegramWorld

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PRIVATE_SCOPES = {"chat", "chat_administrators", "chat_member"}


def get_me(world: TelegramWorld, _call: Call) -> Any:
    return world.me()


def get_chat(world: TelegramWorld, call: Call) -> Any:
    chat = world.chat(call.text("chat_id"))
    if chat.type != "private":
        chat.check_bot_is_here()
    return chat.to_full_json()


def get_chat_member(world: TelegramWorld, call: Call) -> Any:
    """Others are only shown to a bot that is an administrator itself."""
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_is_here()
    me, wanted = chat.members[world.bot["id"]], call.number("user_id") or 0
    if chat.type != "private" and not me.is_admin and wanted != world.bot["id"]:
        raise bad_request("member list is inaccessible")
    member = chat.member(wanted)
    if member is None:
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.type == "supergroup" else "member not found")
    return member.to_json()


def get_chat_administrators(world: TelegramWorld, call: Call) -> Any:
    chat = world.chat(call.text("chat_id"))
    chat.check_bot_is_here()
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member.to_json() for member in chat.members.values() if member.is_admin and not member.user["is_bot"]]


def get_file(world: TelegramWorld, call: Call) -> Any:
    file = world.files.by_id(call.needed("file_id", "file_id not specified"))
    if file.size > MOST_DOWNLOAD and world.local_folder is None:
        raise bad_request("file is too big")
    if world.local_folder is None:
        return file.to_json() | {"file_path": file.path}
    path = world.local_folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    return file.to_json() | {"file_path": str(path)}


def answer_callback_query(world: TelegramWorld, call: Call) -> bool:
    query = world.queries.get(call.text("callback_query_id") or "")
    if query is None or query.expired or query.answers:
        raise bad_request(QUERY_TOO_OLD)
    text = call.text("text") or ""
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answers.append({"text": text, "alert": call.yes("show_alert"), "url": call.text("url")})
    world.changed()
    return True


# ------------------------------------------------------------------------------------------- menus and profile


def _scope(world: TelegramWorld, call: Call) -> tuple[str, str]:
    scope = call.json("scope") or {"type": "default"}
    if scope["type"] in _PRIVATE_SCOPES:
        world.chat(scope.get("chat_id")).check_bot_is_here()
    return json.dumps(scope, sort_keys=True), call.text("language_code") or ""


def set_my_commands(world: TelegramWorld, call: Call) -> bool:
    commands = call.json("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_scope(world, call)] = commands
    return True


def get_my_commands(world: TelegramWorld, call: Call) -> Any:
    return world.commands.get(_scope(world, call), [])


def delete_my_commands(world: TelegramWorld, call: Call) -> bool:
    world.commands.pop(_scope(world, call), None)
    return True


def _profile(field: str, most: int) -> Any:
    """The two methods of one line of the bot's profile."""

    def write(world: TelegramWorld, call: Call) -> bool:
        text = call.text(field) or ""
        if len(text) > most:
            raise bad_request(f"{field} is too long")
        world.profile[field, call.text("language_code") or ""] = text
        return True

    def read(world: TelegramWorld, call: Call) -> Any:
        return {field: world.profile.get((field, call.text("language_code") or ""), "")}

    return write, read


set_my_name, get_my_name = _profile("name", 64)
set_my_description, get_my_description = _profile("description", 512)
set_my_short_description, get_my_short_description = _profile("short_description", 120)

# ------------------------------------------------------------------------------------------- updates


async def get_updates(world: TelegramWorld, call: Call) -> Any:
    world.updates.allow(call.json("allowed_updates"))
    limit = min(max(call.number("limit") or 100, 1), 100)
    return await world.updates.poll(call.number("offset"), limit, call.number("timeout") or 0)


def set_webhook(world: TelegramWorld, call: Call) -> bool:
    """Any address is taken: a local server takes plain http and every port, and so does a test."""
    secret = call.text("secret_token") or ""
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(call.json("allowed_updates"))
    connections = call.number("max_connections") or 40
    webhook = Webhook(call.text("url") or "", secret, connections)
    world.updates.set_webhook(webhook, drop=call.yes("drop_pending_updates"))
    return True


def delete_webhook(world: TelegramWorld, call: Call) -> bool:
    world.updates.set_webhook(Webhook(), drop=call.yes("drop_pending_updates"))
    return True


def get_webhook_info(world: TelegramWorld, _call: Call) -> Any:
    return world.updates.webhook_info()
