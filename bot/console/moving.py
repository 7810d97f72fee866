"""`reelbot move`: everything that one database holds, carried over to another."""

import asyncio

from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.settings import Settings
from storage.moving import NotMoved
from storage.moving import move as carry_over


async def move(settings: Settings, source: str, target: str, *, as_json: bool) -> None:
    """Carry all rows of *source* over to the empty *target*, and say what to do next."""
    folders = [settings.data_dir] if await asyncio.to_thread(settings.data_dir.is_dir) else []
    try:
        moved = await carry_over(source, target, folders=folders)
    except NotMoved as reason:
        raise Refusal(str(reason)) from None
    if as_json:
        print_json(moved)
        return
    print_table(("table", "rows"), [each for each in moved.rows.items() if each[1]], empty="It was empty.")
    sentence("Every row was read again and is the same.")
    sentence(f"Videos under way, carried on at the next start: {moved.living}.")
    if moved.drifts:
        sentence(f"The books did not balance before, either ({moved.drifts}): see `reelbot ledger verify`.")
    sentence("Set DATABASE_URL to the target and start.")
    sentence("Keep the source as a backup, and start no bot on it.")
    sentence(f"Images, clips and secret.key stay in {settings.data_dir}: every host needs this same folder.")
