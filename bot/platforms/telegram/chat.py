"""Telegram as a platform: what its people say becomes `Incoming`, and what the core says appears in their chats."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web
from telegram.error import InvalidToken, TelegramError

from bot.core.model import CommunityId, Delivery, Incoming, Note, Place, UserId
from bot.core.ports import Clock, Files, NotNow, PlaceGone, Receive
from bot.core.signing import Signer
from bot.core.store import Inbox, Memory, StoreTrouble
from bot.platforms.telegram import pictures
from bot.platforms.telegram.account import Account, make_bot
from bot.platforms.telegram.albums import Albums
from bot.platforms.telegram.arrivals import Arrivals
from bot.platforms.telegram.buttons import Buttons
from bot.platforms.telegram.choices import Choices, Offers
from bot.platforms.telegram.counter import Counter, Staff
from bot.platforms.telegram.deliveries import CLOUD_MOST_BYTES, LOCAL_MOST_BYTES, Deliveries
from bot.platforms.telegram.drawing import pages
from bot.platforms.telegram.hearing import Me
from bot.platforms.telegram.limit_buttons import LimitButtons
from bot.platforms.telegram.line import Line, Spot, Words
from bot.platforms.telegram.menus import set_menus
from bot.platforms.telegram.moves import Moves, Relocate
from bot.platforms.telegram.notes import Desk, Notes
from bot.platforms.telegram.pace import Pace
from bot.platforms.telegram.places import NAME, address_of, link_to
from bot.platforms.telegram.polling import PAUSES, Poller
from bot.platforms.telegram.records import Records
from bot.platforms.telegram.removals import Removals
from bot.platforms.telegram.replies import Replies
from bot.platforms.telegram.rights import Rights
from bot.platforms.telegram.troubles import Declined
from bot.platforms.telegram.webhook import Webhook
from bot.platforms.telegram.wire import UpdatesWire

MENU_SECONDS = 300.0
"""Before menus that could not be set are tried again."""

log = structlog.get_logger("reelbot.telegram")


@dataclass(frozen=True, slots=True)
class World:
    """What the adapter needs of the house.

    Args:
        inbox: Saves what arrives.
        memory: Remembers which message stands for which job.
        files: Where pictures lie while they are looked at.
        clock: Paces everything.
        signer: Signs buttons and the webhook's address.
        relocate: Moves limits, wallets and jobs of a group that was upgraded.
        offers: What can be made at this moment, to be chosen from by buttons.
    """

    inbox: Inbox
    memory: Memory
    files: Files
    clock: Clock
    signer: Signer
    relocate: Relocate
    offers: Offers = tuple


@asynccontextmanager
async def open_telegram(account: Account, world: World) -> AsyncGenerator["TelegramChat"]:
    """The chat, and the connections it works with until the block ends: longer than anybody is listened to."""
    # A cookie of one call has no business in the next.
    async with ClientSession(connector=TCPConnector(limit=64), cookie_jar=DummyCookieJar()) as session:
        yield TelegramChat(account=account, world=world, session=session)


class TelegramChat:
    """Implements `Platform` for Telegram."""

    def __init__(self, *, account: Account, world: World, session: ClientSession) -> None:
        self._account = account
        self._world = world
        self._updates = UpdatesWire(session=session)
        self._bot = make_bot(account, session, self._updates)
        moves = Moves(memory=world.memory, relocate=world.relocate)
        pace, buttons = Pace(clock=world.clock), Buttons(signer=world.signer, clock=world.clock)
        self._line = Line(api=self._bot, pace=pace, moves=moves, clock=world.clock)
        records = Records(memory=world.memory)
        self._removals = Removals(line=self._line, records=records, memory=world.memory, clock=world.clock)
        desk = Desk(self._line, pace, records, buttons, self._removals)
        self._notes = Notes(desk=desk)
        self._deliveries = Deliveries(desk=desk, notes=self._notes)
        self.rights = Rights(bot=self._bot, clock=world.clock)
        self._staff = self._make_staff(desk, moves, session)
        self._listener = self._make_listener()
        self._arrivals: Arrivals | None = None
        self._problem: str | None = None

    # ------------------------------------------------------------------------------------------ the port

    @property
    def name(self) -> str:
        return NAME

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled, first to what was left behind; nothing that Telegram answers ends it."""
        counter = Counter(staff=self._staff, receive=receive, me=await self._introduced())
        arrivals = Arrivals(inbox=self._world.inbox, clock=self._world.clock, answer=counter.answer)
        try:
            async with asyncio.TaskGroup() as group:
                await arrivals.work(group)
                self._arrivals = arrivals
                group.create_task(self._keep_menus(), name="telegram menus")
                group.create_task(self._removals.run(), name="telegram removals")
                group.create_task(self._listener.run(), name="telegram listening")
                if isinstance(self._listener, Webhook):
                    group.create_task(arrivals.keep_looking(), name="telegram letters")
        finally:
            self._arrivals = None

    async def acknowledge(self, incoming: Incoming) -> None:
        address = address_of(incoming.place)
        await self._line.show_typing(address.chat, address.topic)

    async def show(self, place: Place, note: Note) -> str | None:
        return await self._notes.show(place, note)

    async def tell(self, place: Place, note: Note) -> str | None:
        return await self._notes.tell(place, note)

    async def deliver(self, place: Place, delivery: Delivery) -> str | None:
        return await self._deliveries.deliver(place, delivery)

    async def most_bytes(self, place: Place) -> int:  # noqa: ARG002 the same in every chat
        return LOCAL_MOST_BYTES if self._account.local_server else CLOUD_MOST_BYTES

    async def write(self, user: UserId, text: str) -> None:
        try:
            for page in pages(text):
                await self._line.say(Spot(int(user.id)), Words(page))
        except (Declined, ValueError) as refusal:
            raise PlaceGone(f"{user} cannot be written to") from refusal

    async def tell_admins(self, community: CommunityId, text: str, handle: str | None) -> bool:
        words = f"{text}\n{link}" if (link := link_to(handle)) else text
        try:
            admins = await self.rights.admins(int(community.id))
        except (PlaceGone, Declined):
            return False
        return await self._tell_each(sorted(admins), words)

    async def _tell_each(self, admins: Sequence[int], text: str) -> bool:
        """Write to all of them; whoever never opened a chat with us cannot be written to."""
        reached, trouble = False, None
        for admin in admins:
            try:
                await self.write(UserId(NAME, str(admin)), text)
            except PlaceGone:
                continue
            except (NotNow, OSError) as error:
                log.info("an admin could not be told", detail=repr(error))
                trouble = error
            else:
                reached = True
        if trouble is not None and not reached:
            raise trouble
        return reached

    # ------------------------------------------------------------------------------------------ listening

    @property
    def problem(self) -> str | None:
        """Why nobody is heard at this moment, in words; None if all is well."""
        return self._problem or self._listener.problem

    def routes(self) -> list[web.RouteDef]:
        """Where Telegram calls, if it is to call."""
        return self._listener.routes() if isinstance(self._listener, Webhook) else []

    async def _take(self, key: str, body: str) -> None:
        if self._arrivals is not None:
            await self._arrivals.take(key, body)
        elif not isinstance(self._listener, Webhook):
            raise StoreTrouble("nobody listens")
        else:
            # A balancer brings it to any of us: whoever listens, now or next, finds it there.
            await self._world.inbox.put(NAME, key, body)

    async def _introduced(self) -> Me:
        """Who we are; asked until Telegram says it, for the token may be repaired meanwhile by whoever owns it."""
        failures = 0
        while True:
            try:
                me = await self._bot.get_me()
            except TelegramError as trouble:
                wrong = "Telegram does not accept the token: please check TELEGRAM_TOKEN."
                reach = f"Telegram cannot be reached ({type(trouble).__name__})."
                self._problem = wrong if isinstance(trouble, InvalidToken) else reach
                log.warning("not listening to Telegram", problem=self._problem)
                await self._world.clock.wait(asyncio.Event(), PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
            else:
                self._problem = None
                return Me(me.id, me.username or "")

    async def _keep_menus(self) -> None:
        while not await set_menus(self._bot, self._world.memory):
            await self._world.clock.wait(asyncio.Event(), MENU_SECONDS)

    # ------------------------------------------------------------------------------------------ what it is made of

    def _make_listener(self) -> Poller | Webhook:
        clock, base = self._world.clock, self._account.webhook_base
        if base is None:
            return Poller(bot=self._bot, latest=self._updates.latest, clock=clock, take=self._take)
        return Webhook(bot=self._bot, clock=clock, signer=self._world.signer, public_url=base, take=self._take)

    def _make_staff(self, desk: Desk, moves: Moves, session: ClientSession) -> Staff:
        world = self._world
        local = self._account.local_server
        fetched = pictures.Pictures(
            bot=self._bot,
            session=session,
            files=world.files,
            clock=world.clock,
            most_bytes=pictures.LOCAL_MOST_BYTES if local else pictures.CLOUD_MOST_BYTES,
        )
        choices = Choices(offers=world.offers, signer=world.signer, clock=world.clock)
        return Staff(
            bot=self._bot,
            files=world.files,
            albums=Albums(clock=world.clock),
            pictures=fetched,
            buttons=desk.buttons,
            limit_buttons=LimitButtons(offers=world.offers, signer=world.signer, clock=world.clock),
            records=desk.records,
            replies=Replies(desk=desk, notes=self._notes, clock=world.clock, choices=choices),
            moves=moves,
            rights=self.rights,
            acknowledge=self.acknowledge,
        )
