"""`reelbot blocks …`: words, people and servers that are blocked, everywhere or in one server."""

import asyncio
from dataclasses import dataclass

from bot.console.owners import actor, community_of, user_of
from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.core.banning import MOST, PATTERNS_MOST, overfull, shown
from bot.core.block_commands import PATTERN, REASON_MOST
from bot.core.blocks import Ban, Block, BlockKind
from bot.core.model import EVERYWHERE, CommunityId
from bot.core.wordlist import WORD_MOST, BadPattern, check_pattern, plain_word
from bot.ground import open_books
from bot.settings import Settings
from storage.store import SqlStore

WHOLE_BOT = "everywhere"
"""How the operator writes that a block holds in the whole bot."""
KINDS = ("word", "person", "server")


@dataclass(frozen=True, slots=True)
class Wish:
    """One entry, as the operator orders it."""

    kind: str
    what: str
    where: str
    reason: str = ""


async def list_blocks(settings: Settings, where: str | None, *, as_json: bool) -> None:
    """Show what is blocked, in one list or in all of them."""
    scope = None if where is None else _scope(where)
    async with open_books(settings) as books:
        found = await books.store.blocks(scope)
    if as_json:
        print_json([_plain(block) for block in found])
        return
    rows = [
        (_where(block.ban.scope), block.ban.kind.value, shown(block.ban), block.reason, block.actor, block.at)
        for block in found
    ]
    columns = ("where", "kind", "what", "reason", "by", "at (UTC)")
    print_table(columns, rows, empty="Nothing is blocked.", wrap=("what", "reason", "by"))


async def add_block(settings: Settings, wish: Wish, *, as_json: bool) -> None:
    """Block something; a running bot knows it within seconds.

    Raises:
        Refusal: It cannot be blocked.
    """
    ban = _ban(wish)
    if ban.kind is BlockKind.PATTERN:
        await _try_out(ban.what)
    async with open_books(settings) as books:
        await _fit(books.store, ban)
        done = await books.store.block(ban, actor(), wish.reason[:REASON_MOST])
    _say(ban, "is blocked" if done else "is blocked already", blocked=True, as_json=as_json)


async def remove_block(settings: Settings, wish: Wish, *, as_json: bool) -> None:
    """Lift a block.

    Raises:
        Refusal: It is not written as one.
    """
    ban = _ban(wish)
    async with open_books(settings) as books:
        done = await books.store.unblock(ban, actor(), wish.reason[:REASON_MOST])
    _say(ban, "is no longer blocked" if done else "is not blocked", blocked=False, as_json=as_json)


def _ban(wish: Wish) -> Ban:
    scope = _scope(wish.where)
    match wish.kind:
        case "word" if wish.what.lower().startswith(PATTERN):
            return Ban(scope, BlockKind.PATTERN, wish.what[len(PATTERN) :].strip())
        case "word":
            return Ban(scope, BlockKind.WORD, _word(wish.what))
        case "person":
            return Ban(scope, BlockKind.PERSON, str(user_of(wish.what)))
        case "server" if scope == EVERYWHERE:
            return Ban(scope, BlockKind.SERVER, str(community_of(wish.what)))
        case "server":
            raise Refusal("A server is blocked in the whole bot: leave out where.")
        case _:
            raise Refusal(f"“{wish.kind}” cannot be blocked. There is: {', '.join(KINDS)}.")


def _word(what: str) -> str:
    word = plain_word(what)
    if len(word) > WORD_MOST or not any(letter.isalnum() for letter in word):
        raise Refusal(f"A word has a letter or a digit in it and at most {WORD_MOST} characters.")
    return word


def _scope(where: str) -> CommunityId:
    return EVERYWHERE if where == WHOLE_BOT else community_of(where)


def _where(scope: CommunityId) -> str:
    return WHOLE_BOT if scope == EVERYWHERE else str(scope)


async def _try_out(pattern: str) -> None:
    try:
        await asyncio.to_thread(check_pattern, pattern)
    except BadPattern as bad:
        raise Refusal(f"That pattern cannot be used: {bad}.") from None


async def _fit(store: SqlStore, ban: Ban) -> None:
    there = {block.ban for block in await store.blocks(ban.scope)}
    if overfull({*there, ban}):
        raise Refusal(f"The list is full: it takes {MOST} entries, and {PATTERNS_MOST} patterns among them.")


def _say(ban: Ban, what: str, *, blocked: bool, as_json: bool) -> None:
    if as_json:
        print_json({"where": _where(ban.scope), "kind": ban.kind, "what": ban.what, "blocked": blocked})
    else:
        where = "everywhere" if ban.scope == EVERYWHERE else f"in {ban.scope}"
        sentence(f"{shown(ban)} {what} {where}.")


def _plain(block: Block) -> dict[str, object]:
    ban = block.ban
    return {
        "where": _where(ban.scope),
        "kind": ban.kind,
        "what": ban.what,
        "reason": block.reason,
        "by": block.actor,
        "at": block.at,
    }
