"""Who blocks what in the chat: operators everywhere, a server's admins in their server; refused to all others."""

import asyncio
from collections.abc import Callable, Sequence

from bot.core.block_commands import PATTERN, BlockCommand, BlockSomebody, BlockWords, ShowBlocked
from bot.core.blocks import Ban, Block, BlockKind
from bot.core.conversing import Answered, Asking
from bot.core.gate import Gate
from bot.core.model import EVERYWHERE, CommunityId, Reply
from bot.core.ruling import actor_in, refused
from bot.core.texts import Say, Sentence, say
from bot.core.wordlist import BadPattern, check_pattern

MOST = 500
"""Entries of one list."""
PATTERNS_MOST = 50
"""Patterns among them: each one is searched for in every prompt."""
SHOWN_MOST = 3000
"""Characters of a list that is shown in a chat; the command line shows all."""


class Banning:
    """Obeys whoever may block.

    Args:
        gate: Where the lists are changed, so that a change holds at once.
        is_operator: Whether whoever asks runs this bot.
    """

    def __init__(self, *, gate: Gate, is_operator: Callable[[Asking], bool]) -> None:
        self._gate = gate
        self._is_operator = is_operator

    async def obey(self, asking: Asking, command: BlockCommand) -> Reply:
        """Do what is wanted.

        Raises:
            Answered: It is not theirs to decide, or cannot be done.
        """
        match command:
            case ShowBlocked():
                return await self._show(asking)
            case BlockWords():
                scope = self._scope(asking, here=command.here)
                bans = [Ban(scope, kind, what) for kind, what in command.words]
                return await self._change(asking, bans, "", lift=command.lift)
            case _:
                bans = [self._somebody(asking, command)]
                return await self._change(asking, bans, command.reason, lift=command.lift)

    def _scope(self, asking: Asking, *, here: bool) -> CommunityId:
        """Where a block of theirs holds."""
        community, operator = asking.incoming.community, self._is_operator(asking)
        if operator and not here:
            return EVERYWHERE
        if community is None:
            raise Answered(Say.NO_SERVER_HERE if operator else Say.BLOCK_ELSEWHERE)
        if not operator and not asking.incoming.admin:
            raise refused(asking, Say.ADMINS_ONLY)
        return community

    def _somebody(self, asking: Asking, command: BlockSomebody) -> Ban:
        if command.kind is BlockKind.PERSON:
            return Ban(self._scope(asking, here=command.here), BlockKind.PERSON, command.who)
        if not self._is_operator(asking):
            raise refused(asking, Say.OPERATORS_ONLY)
        if not command.who and asking.incoming.community is None:
            raise Answered(Say.NO_SERVER_HERE)
        return Ban(EVERYWHERE, BlockKind.SERVER, command.who or str(asking.incoming.community))

    async def _change(self, asking: Asking, bans: Sequence[Ban], reason: str, *, lift: bool) -> Reply:
        """Change the list entry by entry; the answer names those that are different now."""
        scope = bans[0].scope
        actor = actor_in(asking, scope)
        if lift:
            done = [ban for ban in bans if await self._gate.unblock(ban, actor, reason)]
        else:
            await self._fit(scope, bans)
            done = [ban for ban in bans if await self._gate.block(ban, actor, reason)]
        return asking.reply(_answer(scope, lift=lift, done=bool(done)), what=", ".join(map(shown, done or bans)))

    async def _fit(self, scope: CommunityId, bans: Sequence[Ban]) -> None:
        try:
            for ban in bans:
                if ban.kind is BlockKind.PATTERN:
                    await asyncio.to_thread(check_pattern, ban.what)
        except BadPattern as bad:
            raise Answered(Say.BAD_PATTERN, why=str(bad)) from None
        there = [block.ban for block in await self._gate.listed(scope)]
        if problem := overfull({*there, *bans}):
            raise Answered(problem, most=PATTERNS_MOST if problem is Say.TOO_MANY_PATTERNS else MOST)

    async def _show(self, asking: Asking) -> Reply:
        community = asking.incoming.community
        admin, operator = asking.incoming.admin and community is not None, self._is_operator(asking)
        if not admin and not operator:
            raise refused(asking, Say.ADMINS_ONLY)
        lines: list[str] = []
        if operator:
            lines += _page(Say.BLOCKS_EVERYWHERE, await self._gate.listed(EVERYWHERE), asking.language)
        if community is not None:
            lines += _page(Say.BLOCKS_HERE, await self._gate.listed(community), asking.language)
        return Reply(text=_fitting(lines, asking.language)) if lines else asking.reply(Say.NOTHING_BLOCKED)


def overfull(bans: set[Ban]) -> Say | None:
    """The sentence that refuses a list of these; None if it is not too long."""
    if len(bans) > MOST:
        return Say.TOO_MANY_BLOCKS
    return Say.TOO_MANY_PATTERNS if sum(ban.kind is BlockKind.PATTERN for ban in bans) > PATTERNS_MOST else None


def shown(ban: Ban) -> str:
    """An entry as it is typed."""
    match ban.kind:
        case BlockKind.PATTERN:
            return f"{PATTERN}{ban.what}"
        case BlockKind.WORD if " " in ban.what:
            return f'"{ban.what}"'
        case _:
            return ban.what


def _answer(scope: CommunityId, *, lift: bool, done: bool) -> Say:
    if lift:
        return Say.UNBLOCKED if done else Say.NOT_BLOCKED
    if not done:
        return Say.BLOCKED_ALREADY
    return Say.BLOCKED_EVERYWHERE if scope == EVERYWHERE else Say.BLOCKED_HERE


def _page(heading: Say, blocks: Sequence[Block], language: str) -> list[str]:
    """A list with a line each, words together; nothing if it is empty."""
    lines = [shown(block.ban) + (f" ({block.reason})" if block.reason else "") for block in blocks]
    return [say(Sentence(heading), language), *lines] if lines else []


def _fitting(lines: Sequence[str], language: str) -> str:
    """As many lines as a chat takes."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > SHOWN_MOST:
            return "\n".join([*kept, say(Sentence(Say.MORE_BLOCKED, {"count": len(lines) - len(kept)}), language)])
        kept.append(line)
    return "\n".join(kept)
