"""Blocks in the console: the lists of the whole bot and of servers, somebody blocked on their page, and reports."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from bot.core.banning import MOST, PATTERNS_MOST, overfull, shown
from bot.core.blocks import Ban, BlockKind
from bot.core.model import EVERYWHERE, CommunityId
from bot.core.wordlist import WORD_MOST, BadPattern, check_pattern, plain_word
from bot.web.admin.forms import Unfit, community_of, reason_in, user_of
from bot.web.admin.frame import ON_A_PAGE, Frame
from bot.web.admin.people import page_of
from bot.web.admin.room import ACTOR, Room

WHOLE_BOT = "everywhere"
"""How the operator writes that a block holds in the whole bot."""


class BlockLists:
    """The page of the lists, and the forms on the pages of people and servers."""

    def __init__(self, *, room: Room, frame: Frame) -> None:
        self._room = room
        self._frame = frame

    def routes(self) -> list[web.RouteDef]:
        saying = self._frame.saying
        return [
            web.get("/admin/blocks", self._show),
            web.post("/admin/blocks/{act:block|lift}", saying(_same_list, self._change)),
            web.post("/admin/{kind:people|servers}/{who}/block", saying(page_of, self._change_somebody)),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        where, problem, found = request.query.get("where", "").strip() or WHOLE_BOT, None, []
        try:
            found = await self._room.books.blocks(_scope(where))
        except Unfit as unfit:
            problem = str(unfit)
        return await self._frame.draw(
            request,
            "blocks",
            blocks=[(block, _where(block.ban.scope), shown(block.ban)) for block in found],
            kinds=list(BlockKind),
            reports=await self._room.books.reports(ON_A_PAGE),
            where=where,
            back=f"?{urlencode({'where': where})}" if where != WHOLE_BOT else "",
            problem=problem,
        )

    async def _change(self, request: web.Request) -> str:
        form = await self._frame.forms.read(request)
        lift = request.match_info["act"] == "lift"
        return await self._do(_ban(form), reason_in(form, needed=False), lift=lift)

    async def _change_somebody(self, request: web.Request) -> str:
        form = await self._frame.forms.read(request)
        kind, who = request.match_info["kind"], request.match_info["who"]
        whose = {"kind": BlockKind.PERSON if kind == "people" else BlockKind.SERVER, "what": who, "where": WHOLE_BOT}
        return await self._do(_ban(whose), reason_in(form), lift=form.get("act") == "lift")

    async def _do(self, ban: Ban, reason: str, *, lift: bool) -> str:
        """Block or lift; what holds then."""
        books, what = self._room.books, f"{shown(ban)} {_in(ban.scope)}"
        if lift:
            done = await books.unblock(ban, ACTOR, reason)
            return f"{what} is no longer blocked." if done else f"{what} was not blocked."
        if ban.kind is BlockKind.PATTERN:
            await _try_out(ban.what)
        if overfull({ban, *(block.ban for block in await books.blocks(ban.scope))}):
            raise Unfit(f"The list is full: it takes {MOST} entries, and {PATTERNS_MOST} patterns among them.")
        done = await books.block(ban, ACTOR, reason)
        return f"{what} is blocked{'' if done else ' already'}."


async def _try_out(pattern: str) -> None:
    try:
        await asyncio.to_thread(check_pattern, pattern)
    except BadPattern as bad:
        raise Unfit(f"That pattern cannot be used: {bad}.") from None


def _ban(form: Mapping[str, str]) -> Ban:
    """The entry that a form names.

    Raises:
        Unfit: There can be no such entry.
    """
    kind, what, scope = form.get("kind", ""), form.get("what", ""), _scope(form.get("where") or WHOLE_BOT)
    match kind:
        case BlockKind.WORD:
            return Ban(scope, BlockKind.WORD, _word(what))
        case BlockKind.PATTERN if what:
            return Ban(scope, BlockKind.PATTERN, what)
        case BlockKind.PERSON:
            return Ban(scope, BlockKind.PERSON, str(user_of(what)))
        case BlockKind.SERVER if scope == EVERYWHERE:
            return Ban(scope, BlockKind.SERVER, str(community_of(what)))
        case BlockKind.SERVER:
            raise Unfit("A server is blocked in the whole bot: leave out where.")
        case _:
            raise Unfit("Say what is to be blocked: a word, a pattern, a person or a server.")


def _word(what: str) -> str:
    word = plain_word(what)
    if len(word) > WORD_MOST or not any(letter.isalnum() for letter in word):
        raise Unfit(f"A word has a letter or a digit in it and at most {WORD_MOST} characters.")
    return word


def _scope(where: str) -> CommunityId:
    return EVERYWHERE if where.lower() == WHOLE_BOT else community_of(where)


def _where(scope: CommunityId) -> str:
    return WHOLE_BOT if scope == EVERYWHERE else str(scope)


def _in(scope: CommunityId) -> str:
    return WHOLE_BOT if scope == EVERYWHERE else f"in {scope}"


def _same_list(request: web.Request) -> str:
    where = request.query.get("where", "")
    return f"/admin/blocks?{urlencode({'where': where})}" if where else "/admin/blocks"
