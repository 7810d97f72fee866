"""Channels over REST: messages posted, changed and taken away by the bot itself, private chats and threads."""

from aiohttp import web

from tests.fakes.discord import drafts
from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Message
from tests.fakes.discord.refusals import Refusal
from tests.fakes.discord.rights import May
from tests.fakes.discord.shapes import channel_shape, message_shape
from tests.fakes.discord.world import MIB, PRIVATE, WITHOUT_MESSAGES, Channel, Kind, World

DM_BYTES = 10 * MIB


class ChannelsApi:
    """The calls. *nonce_seconds*: how long Discord remembers a nonce; "a few minutes" in its words."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._nonces: dict[str, tuple[float, Message]] = {}
        self.nonce_seconds = 300.0

    def calls(self):
        return {
            Call.CREATE_MESSAGE: self.create_message,
            Call.LIST_MESSAGES: self.list_messages,
            Call.GET_MESSAGE: self.get_message,
            Call.EDIT_MESSAGE: self.edit_message,
            Call.DELETE_MESSAGE: self.delete_message,
            Call.GET_CHANNEL: self.get_channel,
            Call.EDIT_CHANNEL: self.edit_channel,
            Call.TYPING: self.typing,
            Call.JOIN_THREAD: self.typing,
            Call.OPEN_DM: self.open_dm,
        }

    def get_channel(self, request: web.Request, _body: Body):
        return channel_shape(self._visible(request))

    def edit_channel(self, request: web.Request, body: Body):
        """Only a thread's sleep is looked at."""
        channel = self._visible(request)
        needed = May.MANAGE_THREADS if channel.locked else May.SEND_MESSAGES_IN_THREADS
        if not channel.is_thread or not self._rights(channel) & needed:
            raise Refusal.of(50013)
        if body.json.get("archived") is False:
            channel.reopen()
        return channel_shape(channel)

    def typing(self, request: web.Request, _body: Body) -> None:
        self._visible(request)

    def open_dm(self, _request: web.Request, body: Body):
        user = self._world.users.get(int(body.json["recipient_id"]))
        if user is None or user.is_bot:
            raise Refusal.of(10013)
        return channel_shape(self._world.dm(user))

    # ------------------------------------------------------------------------------------------- messages

    def create_message(self, request: web.Request, body: Body):
        channel, form = self._visible(request), body.json or {}
        self._check_may_post(channel, with_files=bool(body.files))
        nonce = _nonce(form)
        earlier = self._earlier(nonce) if form.get("enforce_nonce") else None
        if earlier is not None:
            return message_shape(earlier)
        message = Message(self._world.new_id(), channel, self._world.bot, nonce=nonce)
        message.reply_to = self._reply_to(channel, form.get("message_reference"))
        self._fill(message, body)
        if nonce is not None:
            self._nonces[nonce] = (self._world.now(), message)
        if channel.archived:
            channel.reopen()
        self._ping(message, form)
        self._world.add_message(message)
        return message_shape(message)

    def list_messages(self, request: web.Request, _body: Body):
        """Newest first; without the right to read the history it is empty."""
        channel, query = self._visible(request), request.query
        if not self._rights(channel) & May.READ_MESSAGE_HISTORY:
            return []
        after, before = int(query.get("after", 0)), int(query.get("before", 1 << 63))
        there = [message for message in channel.history if message.seen_by(None) and after < message.id < before]
        most = int(query.get("limit", 50))
        cut = there[:most] if "after" in query else there[-most:]
        return [message_shape(message) for message in reversed(cut)]

    def get_message(self, request: web.Request, _body: Body):
        message = self._message(request)
        if not self._rights(message.channel) & May.READ_MESSAGE_HISTORY:
            raise Refusal.of(50001)
        return message_shape(message)

    def edit_message(self, request: web.Request, body: Body):
        message = self._message(request)
        if message.author is not self._world.bot:
            raise Refusal.of(50005)
        if message.channel.archived:
            raise Refusal.of(50083)
        self._fill(message, body)
        message.edits += 1
        message.edited_at = self._world.now()
        self._world.announce("MESSAGE_UPDATE", message)
        return message_shape(message)

    def delete_message(self, request: web.Request, _body: Body) -> None:
        message = self._message(request)
        if message.author is not self._world.bot and not self._rights(message.channel) & May.MANAGE_MESSAGES:
            raise Refusal.of(50013)
        message.deleted = True
        self._world.announce("MESSAGE_DELETE", message)

    def _fill(self, message: Message, body: Body) -> None:
        guild = message.channel.guild

        def store(file):
            return self._world.store(file, message.channel)

        drafts.apply(message, body, most_bytes=guild.most_bytes if guild else DM_BYTES, store=store)

    def _ping(self, message: Message, form) -> None:
        message.pinged = drafts.pinged(message, form.get("allowed_mentions"), by_interaction=False)
        if message.channel.kind in PRIVATE:
            message.pinged |= {user for user in message.channel.people if not user.is_bot}

    def _earlier(self, nonce: str | None) -> Message | None:
        at, message = self._nonces.get(nonce or "", (0.0, None))
        return message if self._world.now() - at < self.nonce_seconds else None

    def _reply_to(self, channel: Channel, reference) -> int | None:
        if not reference:
            return None
        if channel.guild and not self._rights(channel) & May.READ_MESSAGE_HISTORY:
            raise Refusal.of(160002)
        origin = self._world.messages.get(int(reference["message_id"]))
        if origin is not None and not origin.deleted and origin.channel is channel and origin.ephemeral_for is None:
            return origin.id
        if reference.get("fail_if_not_exists", True):
            raise Refusal.of_form("message_reference", "Unknown message")
        return None

    # ------------------------------------------------------------------------------------------- who may

    def _visible(self, request: web.Request) -> Channel:
        channel = self._world.channels.get(int(request.match_info["channel_id"]))
        if channel is None or channel.deleted:
            raise Refusal.of(10003)
        if channel.guild is None:
            if self._world.bot not in channel.people:
                raise Refusal.of(50001)
        elif not self._rights(channel) & May.VIEW_CHANNEL or self._shut_out(channel):
            raise Refusal.of(50001)
        return channel

    def _shut_out(self, channel: Channel) -> bool:
        """A private thread is for its people, and for who may manage threads."""
        private = channel.kind is Kind.PRIVATE_THREAD and self._world.bot not in channel.people
        return private and not self._rights(channel) & May.MANAGE_THREADS

    def _rights(self, channel: Channel) -> May:
        return channel.guild.rights(self._world.bot, channel) if channel.guild else May.everything()

    def _check_may_post(self, channel: Channel, *, with_files: bool) -> None:
        if channel.kind in PRIVATE:
            self._check_takes_dms(channel)
        if channel.kind in WITHOUT_MESSAGES:
            raise Refusal.of(40058)
        may = self._rights(channel)
        if not may & (May.SEND_MESSAGES_IN_THREADS if channel.is_thread else May.SEND_MESSAGES):
            raise Refusal.of(50013)
        if with_files and not may & May.ATTACH_FILES:
            raise Refusal.of(50013)
        if channel.locked and not may & May.MANAGE_THREADS:
            raise Refusal.of(160005)

    def _check_takes_dms(self, channel: Channel) -> None:
        for user in channel.people:
            shared = any({user.id, self._world.bot.id} <= guild.members.keys() for guild in self._world.guilds.values())
            if user is not self._world.bot and not (user.takes_dms and (shared or user.has_installed)):
                raise Refusal.of(50007)

    def _message(self, request: web.Request) -> Message:
        channel = self._visible(request)
        message = self._world.messages.get(int(request.match_info["message_id"]))
        gone = message is None or message.deleted or message.channel is not channel
        if gone or message.ephemeral_for is not None:
            raise Refusal.of(10008)
        return message


def _nonce(form) -> str | None:
    nonce = form.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        raise Refusal.of_form("nonce", "Must be 25 or fewer in length.")
    return None if nonce is None else str(nonce)
