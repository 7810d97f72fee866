"""People and servers in the console: who they are, their credits and limits, and giving and taking credits."""

import dataclasses
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.core.blocks import BlockKind
from bot.core.limit_changes import Difference, differences, value_in_words
from bot.core.model import EVERYWHERE, CommunityId, LimitChange, LimitSet
from bot.core.oversight import JobSearch
from bot.core.statistics import Scope
from bot.core.store import Grant, NotEnough
from bot.web.admin.forms import Unfit, community_of, read_mark, reason_in, user_of, whole, write_mark
from bot.web.admin.frame import ON_A_PAGE, Frame, days_of, nothing_here
from bot.web.admin.room import ACTOR, Room
from bot.web.admin.usage import UsagePictures, picture_address

MOST = 1_000_000_000
"""Credits: nobody means more than that, and the database counts much further."""
LIMITS = ("member_daily", "server_daily", "server_monthly", "member_running", "per_video")
LATEST = 20
"""Lines of a history."""
KEY_MOST = 64


class People:
    """The pages about who asks for videos."""

    def __init__(self, *, room: Room, frame: Frame, pictures: UsagePictures) -> None:
        self._room = room
        self._frame = frame
        self._pictures = pictures

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/admin/people", self._people),
            web.get("/admin/people/{who}", self._person),
            web.post("/admin/people/{who}/credits", self._frame.saying(page_of, self._move_credits)),
            web.get("/admin/servers", self._servers),
            web.get("/admin/servers/{who}", self._server),
            web.post("/admin/servers/{who}/credits", self._frame.saying(page_of, self._move_credits)),
            web.post("/admin/servers/{who}/limits", self._frame.saying(page_of, self._set_limits)),
        ]

    # ------------------------------------------------------------------------------------------ looking

    async def _people(self, request: web.Request) -> web.Response:
        find = request.query.get("find", "").strip()
        found = await self._room.books.find_people(find, read_mark(request.query.get("after")), ON_A_PAGE + 1)
        last = found[ON_A_PAGE - 1] if len(found) > ON_A_PAGE else None
        after = last and urlencode({"find": find, "after": write_mark(last.since, str(last.user))})
        return await self._frame.draw(
            request, "people", people=found[:ON_A_PAGE], find=find, next=after and f"/admin/people?{after}"
        )

    async def _servers(self, request: web.Request) -> web.Response:
        find, after = request.query.get("find", "").strip(), request.query.get("after", "")
        found = await self._room.books.find_communities(find, after, ON_A_PAGE + 1)
        last = found[ON_A_PAGE - 1] if len(found) > ON_A_PAGE else None
        more = last and urlencode({"find": find, "after": str(last.community)})
        return await self._frame.draw(
            request, "servers", servers=found[:ON_A_PAGE], find=find, next=more and f"/admin/servers?{more}"
        )

    async def _person(self, request: web.Request) -> web.Response:
        try:
            user = user_of(request.match_info["who"])
        except Unfit:
            return nothing_here(request)
        account = await self._room.books.account(user)
        if account is None:
            return nothing_here(request)
        return await self._drawn(request, "person", Scope(user=user), account=account)

    async def _server(self, request: web.Request) -> web.Response:
        try:
            community = community_of(request.match_info["who"])
        except Unfit:
            return nothing_here(request)
        limits = await self._room.books.limits_of(community)
        changes = [_in_words(community, one) for one in await self._room.books.limit_changes(community, LATEST)]
        values = {"limits": _limits_shown(limits), "changes": changes}
        return await self._drawn(request, "server", Scope(community=community), **values)

    async def _drawn(self, request: web.Request, name: str, scope: Scope, **values: object) -> web.Response:
        books, owner = self._room.books, str(scope.user or scope.community)
        usage = await self._pictures.usage(scope, days_of(request))
        wallet = await books.known_wallet(owner)
        kind = BlockKind.PERSON if scope.user else BlockKind.SERVER
        blocks = [one for one in await books.blocks(None) if (one.ban.kind, one.ban.what) == (kind, owner)]
        return await self._frame.draw(
            request,
            name,
            owner=owner,
            balance=wallet.balance if wallet else 0,
            held=wallet.held if wallet else 0,
            lines=await books.receipts(owner, LATEST),
            jobs=await books.find_jobs(JobSearch(user=scope.user, community=scope.community), LATEST),
            blocked=next((one for one in blocks if one.ban.scope == EVERYWHERE), None),
            blocked_in=[one for one in blocks if one.ban.scope != EVERYWHERE],
            usage=usage,
            picture=picture_address(usage),
            key=secrets.token_urlsafe(12),
            most=MOST,
            **values,
        )

    # ------------------------------------------------------------------------------------------ deciding

    async def _move_credits(self, request: web.Request) -> str:
        form = await self._frame.forms.read(request)
        owner = request.match_info["who"]
        user_of(owner)
        amount = whole(form.get("amount", ""), least=1, most=MOST)
        reason, key = reason_in(form), form.get("key", "")
        if not 0 < len(key) <= KEY_MOST:
            raise Unfit("This form is damaged: load the page again.")
        # The key comes with the form: sent twice, it moves credits once.
        order = Grant(f"console:{key}", amount, ACTOR, reason)
        move = self._room.books.take if form.get("act") == "take" else self._room.books.grant
        try:
            wallet = await move(owner, order)
        except NotEnough as poor:
            raise Unfit(f"{owner} has {poor.balance:,} credits; nothing was taken.") from None
        return f"{owner} now has {wallet.balance:,} credits."

    async def _set_limits(self, request: web.Request) -> str:
        form = await self._frame.forms.read(request)
        community: CommunityId = community_of(request.match_info["who"])
        wanted: dict[str, Any] = {name: _limit(form, name) for name in LIMITS}
        change = await self._room.books.change_limits(
            community, lambda limits: dataclasses.replace(limits, **wanted), ACTOR
        )
        if change.new == change.old:
            return "Nothing was changed."
        return f"The limits of {community} are changed."


def _limit(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name, "").lower()
    return None if text in {"", "off"} else whole(text, least=0, most=MOST)


def _in_words(community: CommunityId, change: LimitChange) -> tuple[LimitChange, str]:
    """A change, and what it changed; where that was not written down, all that is different from the first limits."""
    found = differences(change.old or LimitSet.at_first(community), change.new)
    return change, ", ".join(map(_difference, found))


def _difference(one: Difference) -> str:
    name = f"{one.limit} of {one.who}" if one.who else one.limit
    old, new = (value_in_words(one.limit, value, "en") for value in (one.old, one.new))
    return f"{name}: {old} → {new}"


def _limits_shown(limits: LimitSet) -> dict[str, str]:
    """Every limit in words."""
    return {field.name: _words(getattr(limits, field.name)) for field in dataclasses.fields(limits)}


def _words(value: object) -> str:
    match value:
        case None | False:
            return "off"
        case True:
            return "on"
        case frozenset():
            return ", ".join(sorted(value)) or "none"
        case Mapping():
            return ", ".join(f"{name}: {_words(one)}" for name, one in value.items()) or "none"
        case _:
            return str(value)


def page_of(request: web.Request) -> str:
    """The page of the person or server that a form is about."""
    kind = request.path.split("/")[2]
    return f"/admin/{kind}/{quote(request.match_info['who'], safe=':')}"
