"""Discord as a platform: what people ask there becomes `Incoming`, and what the core says appears where they asked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord
from pydantic import SecretStr

from bot.bare_errors import bare_errors
from bot.core.catalog import Catalog
from bot.core.model import CommunityId, Delivery, Incoming, LimitSet, Note, Place, State, UserId
from bot.core.ports import Clock, Files, PlaceGone, Receive
from bot.core.store import Inbox, Memory
from bot.platforms.discord.acts import Acts
from bot.platforms.discord.answering import Answers
from bot.platforms.discord.clips import ClipLink, Clips
from bot.platforms.discord.detours import Detours
from bot.platforms.discord.door import Door, Fleeting, Foresee
from bot.platforms.discord.finding import Finder
from bot.platforms.discord.front import FrontDesk
from bot.platforms.discord.gateway import Gateway
from bot.platforms.discord.ladder import Ladder
from bot.platforms.discord.listener import Listener, quiet_client
from bot.platforms.discord.markdown import pages, plain
from bot.platforms.discord.notes import Notes
from bot.platforms.discord.pace import Pace
from bot.platforms.discord.passes import REMINDER as TOKEN
from bot.platforms.discord.passes import Passes
from bot.platforms.discord.picked import REMINDER as PICKED
from bot.platforms.discord.picked import Picked
from bot.platforms.discord.pictures import Fetcher
from bot.platforms.discord.places import NAME, spoken_of, spot_of
from bot.platforms.discord.rest import Rest, Shut, point_at
from bot.platforms.discord.rights import Rights
from bot.platforms.discord.staff_room import StaffRoom
from bot.platforms.discord.syncing import sync
from bot.platforms.discord.working import Tools, Worker

TEXT_MOST = 2000


class Discord:
    """Implements `Platform`. Without `run` it delivers all the same: every message goes out as a plain request.

    Args:
        token: The bot's.
        api_base: Address of Discord's API.
        gateway_url: Address of its gateway; None lets Discord say it.
        inbox: Saves interactions before they are acknowledged.
        memory: Keeps what has to survive a restart.
        files: Where pictures lie while they are looked at.
        clock: Paces edits, and knows when a token dies.
        catalog: Everything that can be made, at this moment's prices.
        limits_of: What a server allows.
        clip_link: A public address of a clip that no message can carry; None without `PUBLIC_URL`.
        foresee: Says what the core would refuse, so that it can be said to the person alone from the start.
        allow_private: Whether pictures may lie on other ports of the API's own host.
        make_client: Makes what sends the requests.
    """

    def __init__(  # noqa: PLR0913 a chat needs all of these from outside
        self,
        *,
        token: SecretStr,
        api_base: str,
        gateway_url: str | None,
        inbox: Inbox,
        memory: Memory,
        files: Files,
        clock: Clock,
        catalog: Callable[[], Awaitable[Catalog]],
        limits_of: Callable[[CommunityId], Awaitable[LimitSet]],
        clip_link: ClipLink,
        foresee: Foresee | None = None,
        allow_private: bool = False,
        make_client: Callable[[], discord.Client] = quiet_client,
    ) -> None:
        point_at(api_base)
        self._rest = Rest(token=token, make=make_client, clock=clock)
        passes = Passes(memory=memory, inbox=inbox, clock=clock)
        picked = Picked(memory=memory, inbox=inbox, clock=clock)
        self._acts = acts = Acts(rest=self._rest, passes=passes, clock=clock)
        self._detours = detours = Detours(memory=memory, limits_of=limits_of)
        ladder = Ladder(acts=acts)
        self._notes = notes = Notes(acts=acts, passes=passes, ladder=ladder, pace=Pace(clock=clock))
        self._clips = Clips(acts=acts, passes=passes, ladder=ladder, notes=notes, detours=detours, link=clip_link)
        fetcher = Fetcher(files=files, api_base=api_base, any_port=allow_private)
        self.rights = Rights(rest=self._rest, clock=clock)
        self._staff = StaffRoom(rest=self._rest, acts=acts)
        tools = Tools(inbox, passes, acts, Answers(acts=acts, notes=notes), detours, fetcher, files, self.rights)
        kept: dict[str, Fleeting] = {TOKEN: passes, PICKED: picked}
        self._door = Door(inbox=inbox, kept=kept, worker=Worker(tools), clock=clock, foresee=foresee)
        self.front = FrontDesk(door=self._door, picked=picked)
        self.finder = Finder(catalog=catalog, limits_of=limits_of)
        self._gateway = Gateway(
            token=token,
            api_base=api_base,
            gateway_url=gateway_url,
            make=lambda shards: Listener(front=self.front, finder=self.finder, shards=shards),
            prepare=lambda listener: sync(listener, memory),
            clock=clock,
        )

    @property
    def name(self) -> str:
        return NAME

    async def run(self, receive: Receive) -> None:
        """Listen until cancelled.

        Raises:
            NotWelcome: Discord will not have us, whatever we try: the token was revoked, for example.
        """
        with bare_errors():
            async with self._door.open(receive):
                await self._gateway.listen()

    async def close(self) -> None:
        """Close the connections for requests; the last thing, when no job is carried any more."""
        await self._rest.close()

    async def acknowledge(self, incoming: Incoming) -> None:
        """Nothing to do: Discord has had its acknowledgement before anything became an `Incoming`."""

    async def show(self, place: Place, note: Note) -> str | None:
        return await self._notes.show(spot_of(place), note)

    async def tell(self, place: Place, note: Note) -> str | None:
        spot = spot_of(place)
        detour = await self._detours.of(note.job) if note.state is State.UNDELIVERED else None
        if detour is None:
            return await self._notes.tell(spot, note)
        # Whoever asked for the clip again waits there for it, not in the first place.
        handle = await self._notes.tell(detour, replace(note, handle=None))
        await self._detours.end(note.job)
        return handle

    async def deliver(self, place: Place, delivery: Delivery) -> str | None:
        return await self._clips.deliver(spot_of(place), delivery)

    async def most_bytes(self, place: Place) -> int:
        return await self._clips.most_bytes(spot_of(place))

    async def write(self, user: UserId, text: str) -> None:
        try:
            channel = await self._acts.private_channel(int(user.id))
            for page in pages(plain(text), TEXT_MOST):
                await self._acts.say(channel, page)
        except Shut as shut:
            raise PlaceGone(str(shut)) from shut

    async def tell_admins(self, community: CommunityId, text: str, handle: str | None) -> bool:
        spoken = spoken_of(handle)
        link = f"\nhttps://discord.com/channels/{community.id}/{spoken.channel}/{spoken.message}" if spoken else ""
        return await self._staff.tell(int(community.id), plain(text) + link)
