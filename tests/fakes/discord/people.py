"""A person in front of the app: types commands, presses buttons, fills in forms, and looks at the channel."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from tests.fakes.discord import payloads
from tests.fakes.discord.application_api import ApplicationApi
from tests.fakes.discord.asked import Asked, Deed
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions_api import InteractionsApi
from tests.fakes.discord.messages import Message
from tests.fakes.discord.offers import offered, options_of, resolved_options
from tests.fakes.discord.rights import May
from tests.fakes.discord.world import MIB, Channel, User, World

DEFAULT_BYTES = 10 * MIB


class Person:
    """One person, who is in one channel at a time."""

    def __init__(
        self, *, user: User, world: World, api: InteractionsApi, app: ApplicationApi, gateway: Gateway
    ) -> None:
        self.user = user
        self._world = world
        self._api = api
        self._app = app
        self._gateway = gateway
        self.channel: Channel | None = None

    def goes_to(self, channel: Channel) -> "Person":
        self.channel = channel
        return self

    def goes_to_dm(self) -> "Person":
        return self.goes_to(self._world.dm(self.user))

    @property
    def here(self) -> Channel:
        assert self.channel is not None, f"{self.user.name} is nowhere: use goes_to"
        return self.channel

    # ------------------------------------------------------------------------------------------- what they do

    def slash(self, command: str, *, age_seconds: float = 0.0, **options: Any) -> Asked:
        """Send a command as the app lets them: only registered ones, with options that fit.

        Subcommands follow behind a space: `slash("limits set", …)`. A `Picture` fills an attachment option.

        Raises:
            NotOffered: The app does not show it here, or does not let these options pass.
        """
        name, *path = command.split()
        registered = offered(self._app, self.user, self.here, name, kind=1)
        asked = self._ask(Deed.COMMAND, age_seconds)
        filled, resolved = resolved_options(asked, options_of(registered, path), options, self._world)
        body = {"id": registered["id"], "name": name, "type": 1, "options": payloads.nested(path, filled)}
        if resolved:
            body["resolved"] = resolved
        return self._send(asked, body)

    def types(self, command: str, *, focus: str, **options: Any) -> Asked:
        """Begin to type into the option *focus*; what is offered then stands in `choices`."""
        name, *path = command.split()
        registered = offered(self._app, self.user, self.here, name, kind=1)
        asked = self._ask(Deed.TYPING)
        filled, _ = resolved_options(asked, options_of(registered, path), options, self._world, half_typed=True)
        for option in filled:
            if option["name"] == focus:
                option["focused"] = True
        return self._send(
            asked, {"id": registered["id"], "name": name, "type": 1, "options": payloads.nested(path, filled)}
        )

    def context_menu(self, command: str, message: Message, *, age_seconds: float = 0.0) -> Asked:
        """Open the menu of a message and choose an app's command."""
        registered = offered(self._app, self.user, self.here, command, kind=3)
        asked = self._ask(Deed.COMMAND, age_seconds)
        return self._send(asked, payloads.message_command(registered, message))

    def press(self, message: Message, label: str, *, age_seconds: float = 0.0) -> Asked:
        """Press a button that is really there and not greyed out; *label* is its words or its custom id."""
        assert message.seen_by(self.user), "there is no such message to be seen"
        found = [b for b in message.buttons if label in {b.label, b.custom_id} and not b.disabled]
        assert found, f"no button {label!r}, but {message.labels}"
        return self.press_id(message, found[0].custom_id or "", age_seconds=age_seconds)

    def press_id(self, message: Message, custom_id: str, *, age_seconds: float = 0.0) -> Asked:
        """Send a press with a custom id of one's own, as a person with tools can."""
        asked = self._ask(Deed.PRESS, age_seconds, channel=message.channel, source=message)
        return self._send(asked, {"custom_id": custom_id, "component_type": 2})

    def submit_modal(self, opened: Asked, **values: Any) -> Asked:
        """Fill in the form that *opened* and send it: values by custom id; fields not named keep what they hold."""
        asked = self._ask(Deed.FORM, channel=opened.channel, source=opened.source)
        return self._send(asked, payloads.form_body(asked, opened, values, self._world))

    def again(self, asked: Asked) -> None:
        """The same deed reaches the bot a second time, as can happen around a lost connection."""
        self._gateway.dispatch_again(asked)

    def _ask(
        self, deed: Deed, age_seconds: float = 0.0, *, channel: Channel | None = None, source: Message | None = None
    ) -> Asked:
        where = channel or self.here
        guild = where.guild
        borrowed = guild is not None and self._world.bot.id not in guild.members
        limits = (DEFAULT_BYTES, self.user.nitro_bytes, guild.most_bytes if guild else 0)
        asked = Asked(
            self._world.new_id(age_seconds=age_seconds), secrets.token_urlsafe(40), deed, self.user, where,
            self._world.now() - age_seconds, max(limits), borrowed, source=source,
        )  # fmt: skip
        alone = borrowed and not guild.rights(self.user, where) & May.USE_EXTERNAL_APPS
        asked.seen_by_asker_alone = alone
        return asked

    def _send(self, asked: Asked, body: dict[str, Any]) -> Asked:
        asked.payload = payloads.interaction(asked, body, self._world)
        self._api.asked[asked.id] = asked
        self._gateway.interaction(asked)
        return asked

    # ------------------------------------------------------------------------------------------- what they see

    def seen(self, channel: Channel | None = None) -> list[Message]:
        """What stands in the channel for them, oldest first."""
        where = channel or self.here
        return [] if where.deleted else [message for message in where.history if message.seen_by(self.user)]

    def pings(self) -> list[Message]:
        """The messages that notified them."""
        return [m for m in self._world.messages.values() if self.user in m.pinged]

    async def sees(
        self, what: Callable[[Message], Any], *, channel: Channel | None = None, seconds: float = 10.0
    ) -> Message:
        """Look at the channel until a message is like *what*; the newest such one."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if fitting := [message for message in self.seen(channel) if what(message)]:
                        return fitting[-1]
                    await asyncio.sleep(0.01)
        except TimeoutError as never:
            there = [message.text for message in self.seen(channel)]
            raise AssertionError(f"never seen; there is {there}") from never

    async def reads(self, words: str, *, channel: Channel | None = None, seconds: float = 10.0) -> Message:
        """Look until a message holds these words."""
        return await self.sees(lambda message: words in message.text, channel=channel, seconds=seconds)
