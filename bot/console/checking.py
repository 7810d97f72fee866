"""`reelbot check`: goes through everything the bot needs, says what is wrong and how to mend it."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import make_url

from bot.console.finding import Finding
from bot.console.meeting import chats
from bot.console.opening import open_providers
from bot.console.printing import print_json, print_table
from bot.console.proving import look_at_providers
from bot.console.running import in_words, refusals
from bot.core.ports import BadPicture
from bot.ground import open_books, shared_folder
from bot.media.shop import MediaShop
from bot.media.workshop import Workshop
from bot.settings import BadSettings, Settings, likely_typos, load_settings
from providers.sample import draw_sample
from storage.lock import AlreadyRunning, only_one

ROOM_BYTES = 1_000_000_000
"""Below this, clips will soon find no place."""


Look = Callable[[Settings], Awaitable[Finding]]


async def check(*, as_json: bool) -> bool:
    """Look at everything; True if all of it is fine."""
    findings = await _findings()
    if as_json:
        print_json(findings)
    else:
        rows = [("ok" if finding.fine else "WRONG", finding.part, finding.words) for finding in findings]
        print_table(("", "part", "what was found"), rows, wrap=("what was found",))
    return all(finding.fine for finding in findings)


async def _findings() -> list[Finding]:
    try:
        settings = await asyncio.to_thread(load_settings)
    except BadSettings as bad:
        # Without settings there is nothing else to look at.
        return [Finding("settings", fine=False, words=problem) for problem in bad.problems]
    found = [await look(settings) for look in (*LOOKS, _shared_folder) if settings.clustered or look in LOOKS]
    async with open_providers(settings) as providers:
        found += await look_at_providers(settings, providers)
    return [*found, *await chats(settings)]


async def _settings(settings: Settings) -> Finding:
    typos = await asyncio.to_thread(likely_typos)
    if typos:
        return Finding("settings", fine=False, words=" ".join(typos))
    folder = await asyncio.to_thread(settings.data_dir.absolute)
    return Finding("settings", fine=True, words=f"read; data lies in {folder}")


async def _folder(settings: Settings) -> Finding:
    def look() -> Finding:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=settings.data_dir):
                room = shutil.disk_usage(settings.data_dir).free
        except OSError as trouble:
            mend = f"cannot be written ({trouble.strerror}): give this user {settings.data_dir}, or set DATA_DIR."
            return Finding("data folder", fine=False, words=mend)
        if room < ROOM_BYTES:
            mend = f"only {room / 1e6:.0f} MB free: make room, or lower KEEP_DAYS."
            return Finding("data folder", fine=False, words=mend)
        return Finding("data folder", fine=True, words=f"{room / 1e9:.0f} GB free")

    return await asyncio.to_thread(look)


async def _database(settings: Settings) -> Finding:
    try:
        async with open_books(settings) as books:
            drifts = await books.store.verify()
    except refusals() as trouble:
        return Finding("books", fine=False, words=in_words(trouble))
    if drifts:
        mend = f"{len(drifts)} invariants do not hold: run `reelbot ledger verify` and restore a backup."
        return Finding("books", fine=False, words=mend)
    return Finding("books", fine=True, words="schema up to date, the ledger balances")


async def _shared_folder(settings: Settings) -> Finding:
    """Whether this machine has the files that the other hosts of the database have."""
    try:
        async with open_books(settings) as books:
            await shared_folder(books).look()
    except refusals() as trouble:
        return Finding("shared folder", fine=False, words=in_words(trouble))
    return Finding("shared folder", fine=True, words="the one that every host of this database has")


async def _running(settings: Settings) -> Finding:
    if settings.clustered:
        return await _workers(settings)

    def look() -> Finding:
        try:
            with only_one(settings.data_dir):
                return Finding("bot", fine=True, words="not running; `reelbot run` starts it")
        except AlreadyRunning as other:
            return Finding("bot", fine=True, words=f"running as process {other.pid}")
        except OSError as trouble:
            return Finding("bot", fine=False, words=in_words(trouble))

    return await asyncio.to_thread(look)


async def _workers(settings: Settings) -> Finding:
    from bot.cluster import workers  # noqa: PLC0415 - its libraries come with an extra

    try:
        count = await workers(make_url(settings.database_url.get_secret_value()))
    except refusals() as trouble:
        return Finding("bot", fine=False, words=in_words(trouble))
    if not count:
        return Finding("bot", fine=True, words="no worker is running; `reelbot run` starts one")
    return Finding("bot", fine=True, words=f"{count} {'worker is' if count == 1 else 'workers are'} running")


async def _media(_settings: Settings) -> Finding:
    """Make a picture fit, as for every photo that people send."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp))
    try:
        await asyncio.to_thread(draw_sample, folder / "sample.jpg")
        facts = await MediaShop(workshop=Workshop()).check_picture(folder / "sample.jpg", folder / "checked")
    except (BadPicture, OSError) as trouble:
        mend = f"a picture could not be worked on ({trouble}): reinstall the requirements."
        return Finding("pictures", fine=False, words=mend)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return Finding("pictures", fine=True, words=f"a child process made a {facts.width} x {facts.height} picture")


LOOKS: tuple[Look, ...] = (_settings, _folder, _database, _running, _media)
