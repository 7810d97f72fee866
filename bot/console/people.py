"""`reelbot export` and `reelbot forget`: what we have about a person, handed out or erased."""

import asyncio
import sys
from pathlib import Path

from bot.console.owners import user_of
from bot.console.printing import Refusal, errors, print_json, sentence
from bot.core.exporting import Estate, Packed, document_of, gather, pack
from bot.core.model import Account, UserId
from bot.ground import Books, open_books
from bot.settings import Settings


async def _known(books: Books, who: UserId) -> Account:
    account = await books.store.account(who)
    if account is None:
        raise Refusal(f"Nobody is known as {who}: people are known by the id that their chat gives them.")
    return account


async def export_person(settings: Settings, user: str, into: Path | None) -> None:
    """Write everything we have about a person: a document, or with a file's name an archive with pictures and clips."""
    who = user_of(user)
    async with open_books(settings) as books:
        estate = await gather(books.store, books.store, books.files, await _known(books, who))
        if into is None:
            sys.stdout.write(f"{document_of(estate).decode()}\n")
            return
        packed = await asyncio.to_thread(_write, estate, into)
    sentence(f"Written to {into}: a document, and {packed.files} pictures and clips.")


def _write(estate: Estate, into: Path) -> Packed:
    with into.open("wb") as file:
        return pack(estate, file)


async def forget_person(settings: Settings, user: str, *, sure: bool, as_json: bool) -> None:
    """Erase a person's prompts, pictures, clips and name; the books keep amounts under a pseudonym."""
    who = user_of(user)
    async with open_books(settings) as books:
        await _known(books, who)
        if not sure and not await asyncio.to_thread(_agreed, who):
            raise Refusal("Nothing was erased.")
        pictures, clips = await books.store.forget(who)
        await books.files.remove_pictures(pictures)
        await books.files.remove_clips(clips)
    if as_json:
        print_json({"forgotten": user, "pictures": len(pictures), "clips": len(clips)})
    else:
        sentence(f"{user} is forgotten. Files deleted: {len(pictures) + len(clips)}.")


def _agreed(who: UserId) -> bool:
    """Ask whoever sits there; what comes from nobody is a no."""
    question = f"This erases all that {who} said and made, for good, and gives nothing back. Go on? [y/N] "
    errors().print(question, end="", markup=False, soft_wrap=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
