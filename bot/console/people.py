"""`reelbot export` and `reelbot forget`: what we have about a person, handed out or erased."""

import asyncio
import sys
from pathlib import Path

from bot.app import Books, open_books
from bot.console.owners import user_of
from bot.console.printing import Refusal, print_json, sentence
from bot.core.answers import export as export_document
from bot.core.model import Account, UserId
from bot.settings import Settings


async def _known(books: Books, who: UserId) -> Account:
    account = await books.store.account(who)
    if account is None:
        raise Refusal(f"Nobody is known as {who}: people are known by the id that their chat gives them.")
    return account


async def export_person(settings: Settings, user: str, into: Path | None) -> None:
    """Write everything we have about a person as JSON."""
    who = user_of(user)
    async with open_books(settings) as books:
        account = await _known(books, who)
        jobs = await books.store.jobs_of(who, 100_000)
        lines = await books.store.receipts(user, 1_000_000)
    document = export_document(account, jobs, lines)
    if into is None:
        sys.stdout.write(f"{document.decode()}\n")
    else:
        await asyncio.to_thread(into.write_bytes, document)
        sentence(f"Written to {into}.")


async def forget_person(settings: Settings, user: str, *, as_json: bool) -> None:
    """Erase a person's prompts, pictures, clips and name; the books keep amounts under a pseudonym."""
    who = user_of(user)
    async with open_books(settings) as books:
        await _known(books, who)
        pictures, clips = await books.store.forget(who)
        await books.files.remove_pictures(pictures)
        await books.files.remove_clips(clips)
    if as_json:
        print_json({"forgotten": user, "pictures": len(pictures), "clips": len(clips)})
    else:
        sentence(f"{user} is forgotten. Files deleted: {len(pictures) + len(clips)}.")
