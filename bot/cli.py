"""`reelbot …`: every command, its words and its options; what it does lies in `bot.console`.

What a command needs is imported when it runs, so that `reelbot --help` answers at once.
"""

import asyncio
import gc
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot import __version__

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="AI videos where people already talk.",
)
jobs = typer.Typer(no_args_is_help=True, help="Look at videos and decide about them.")
credits_ = typer.Typer(no_args_is_help=True, help="Show, give and take credits.")
limits = typer.Typer(no_args_is_help=True, help="What a server or group may spend.")
blocks = typer.Typer(no_args_is_help=True, help="Words, people and servers that are blocked.")
ledger = typer.Typer(no_args_is_help=True, help="The books.")
db = typer.Typer(no_args_is_help=True, help="The database.")
providers = typer.Typer(invoke_without_command=True, help="Who can make what, for how much, and how they are doing.")
for name, group in (
    ("jobs", jobs), ("credits", credits_), ("limits", limits), ("blocks", blocks), ("ledger", ledger), ("db", db),
    ("providers", providers),
):  # fmt: skip
    app.add_typer(group, name=name)

Json = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]
Id = Annotated[str, typer.Argument(help="The job's id.")]
Owner = Annotated[str, typer.Argument(help="platform:id, for example discord:123.")]
NUMBERS = {"ignore_unknown_options": True}
"""Lets -5 be an argument, so that it is refused for what it is."""


def main() -> None:
    """Run the command line; every refusal is one sentence and exit code 1."""
    gc.disable()  # what is imported stays; looking through it for garbage takes a quarter of a start
    app()


def _settings() -> "Settings":
    from bot.settings import BadSettings, likely_typos, load_settings

    try:
        settings = load_settings()
        typos = likely_typos()
    except BadSettings as bad:
        _refuse(*bad.problems)
    for typo in typos:
        typer.secho(typo, err=True, fg="yellow")
    return settings


def _refuse(*sentences: str) -> NoReturn:
    for text in sentences:
        typer.secho(text, err=True, fg="red")
    raise typer.Exit(1)


def _run(work: Coroutine[Any, Any, object]) -> object:
    """Run a command's work and turn what it cannot do into one sentence."""
    from bot.console.running import in_words, refusals

    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except refusals() as refusal:
        _refuse(in_words(refusal))


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        typer.echo(f"reelbot {__version__}")
        raise typer.Exit


# ---------------------------------------------------------------------------------------------- running


@app.command()
def run(
    only: Annotated[str, typer.Option(help="Parts to run: discord, telegram, web, worker; everything if empty.")] = "",
) -> None:
    """Run everything that is configured."""
    from bot.console.running import run_until_stopped

    _run(run_until_stopped(_settings(), only))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the clip.")] = False,
) -> None:
    """Start the bot, ask for a video as a person would, and stay."""
    from bot.console.demo import demo as show
    from bot.console.running import quiet_logs

    settings = _settings()
    quiet_logs(settings)
    _run(show(settings, once=once))


@app.command()
def make(
    prompt: Annotated[str, typer.Argument(help="What the video shows; camera moves in brackets.")] = "",
    image: Annotated[Path | None, typer.Option(help="The first frame.")] = None,
    last_image: Annotated[Path | None, typer.Option(help="The last frame.")] = None,
    model: Annotated[str | None, typer.Option(help="As `reelbot providers` lists them.")] = None,
    seconds: Annotated[int | None, typer.Option(help="Length of the clip.")] = None,
    resolution: Annotated[str | None, typer.Option(help="For example 768P.")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the clip goes.")] = Path("out.mp4"),
    yes: Annotated[bool, typer.Option("--yes", help="Agree to a price above CONFIRM_ABOVE.")] = False,
    as_json: Json = False,
) -> None:
    """Make one video."""
    from bot.console.making import Wanted
    from bot.console.making import make as make_one
    from bot.console.running import quiet_logs

    if last_image is not None and image is None:
        _refuse("A last frame needs a first one: give --image too.")
    settings = _settings()
    quiet_logs(settings)
    pictures = tuple(picture for picture in (image, last_image) if picture is not None)
    _run(make_one(settings, Wanted(prompt, pictures, out, model, seconds, resolution, yes), as_json=as_json))


@app.command()
def check(as_json: Json = False) -> None:
    """Say what is wrong and how to mend it."""
    from bot.console.checking import check as look

    if not _run(look(as_json=as_json)):
        raise typer.Exit(1)


# ---------------------------------------------------------------------------------------------- providers


@providers.callback()
def providers_show(
    context: typer.Context,
    costs: Annotated[bool, typer.Option("--costs", help="What clips have cost, beside their list prices.")] = False,
    as_json: Json = False,
) -> None:
    """Show how every provider is doing, and who can make what, for how much."""
    if context.invoked_subcommand is not None:
        return
    from bot.console.costs import show_costs
    from bot.console.offers import show_providers

    _run((show_costs if costs else show_providers)(_settings(), as_json=as_json))


@providers.command("price", context_settings=NUMBERS)
def providers_price(
    offer: Annotated[str, typer.Argument(help="provider/model, as `reelbot providers` lists them.")],
    resolution: Annotated[str, typer.Argument(help="For example 768P.")],
    seconds: Annotated[int, typer.Argument(help="Length of the clip.")],
    usd: Annotated[str, typer.Argument(help="US dollars a clip, or off for the provider's own price.")],
    as_json: Json = False,
) -> None:
    """Set a list price of your own, at once for a running bot too."""
    from bot.console.prices import Pricing, set_price

    _run(set_price(_settings(), Pricing(offer, resolution, seconds, usd), as_json=as_json))


Provider = Annotated[str, typer.Argument(help="Its name, as `reelbot providers` lists it.")]
Cause = Annotated[str, typer.Option("--reason", help="Why, for the log.")]


@providers.command("pause")
def providers_pause(provider: Provider, reason: Cause = "", as_json: Json = False) -> None:
    """Give a provider nothing new, until it is resumed."""
    from bot.console.pauses import pause_provider

    _run(pause_provider(_settings(), provider, reason, as_json=as_json))


@providers.command("resume")
def providers_resume(provider: Provider, reason: Cause = "", as_json: Json = False) -> None:
    """Use a paused provider again."""
    from bot.console.pauses import resume_provider

    _run(resume_provider(_settings(), provider, reason, as_json=as_json))


# ---------------------------------------------------------------------------------------------- jobs


@jobs.command("list")
def jobs_list(
    state: Annotated[str | None, typer.Option(help="Only jobs in this state.")] = None,
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the latest jobs."""
    from bot.console.jobs import list_jobs

    _run(list_jobs(_settings(), state, most, as_json=as_json))


@jobs.command("show")
def jobs_show(job: Id, as_json: Json = False) -> None:
    """Show everything about one job."""
    from bot.console.jobs import show_job

    _run(show_job(_settings(), job, as_json=as_json))


@jobs.command("cancel")
def jobs_cancel(job: Id, as_json: Json = False) -> None:
    """Stop a job if it still can be stopped."""
    from bot.console.jobs import cancel_job

    _run(cancel_job(_settings(), job, as_json=as_json))


@jobs.command("redeliver")
def jobs_redeliver(job: Id, as_json: Json = False) -> None:
    """Send a finished clip again."""
    from bot.console.jobs import redeliver_job

    _run(redeliver_job(_settings(), job, as_json=as_json))


@jobs.command("settle")
def jobs_settle(
    job: Id,
    ticket: Annotated[str | None, typer.Option(help="The provider's task id, if you found it.")] = None,
    as_json: Json = False,
) -> None:
    """Decide an unsure or overdue job by hand."""
    from bot.console.jobs import settle_job

    _run(settle_job(_settings(), job, ticket, as_json=as_json))


# ---------------------------------------------------------------------------------------------- money


@credits_.command("show")
def credits_show(owner: Owner, as_json: Json = False) -> None:
    """Show a wallet and its latest movements."""
    from bot.console.money import show_credits

    _run(show_credits(_settings(), owner, as_json=as_json))


Amount = Annotated[int, typer.Argument(help="Whole credits.")]
Why = Annotated[str, typer.Option(help="Shown in the person's receipts.")]
Key = Annotated[str | None, typer.Option(help="The same key never counts twice.")]


@credits_.command("grant", context_settings=NUMBERS)
def credits_grant(
    owner: Owner, amount: Amount, reason: Why = "from the operator", key: Key = None, as_json: Json = False
) -> None:
    """Give credits."""
    from bot.console.money import Movement, give_credits

    _run(give_credits(_settings(), Movement(owner, amount, reason, key), as_json=as_json))


@credits_.command("take", context_settings=NUMBERS)
def credits_take(
    owner: Owner, amount: Amount, reason: Why = "by the operator", key: Key = None, as_json: Json = False
) -> None:
    """Take credits away."""
    from bot.console.money import Movement, take_credits

    _run(take_credits(_settings(), Movement(owner, amount, reason, key), as_json=as_json))


@limits.command("show")
def limits_show(community: Owner, as_json: Json = False) -> None:
    """Show what a server or group may spend."""
    from bot.console.limits import show_limits

    _run(show_limits(_settings(), community, as_json=as_json))


@limits.command("set", context_settings=NUMBERS)
def limits_set(
    community: Owner,
    limit: Annotated[str, typer.Argument(help="For example member_daily.")],
    value: Annotated[str, typer.Argument(help="A number, off or default; for lists names with commas, or all.")],
    member: Annotated[str | None, typer.Option(help="The platform's id of one member, for member_daily.")] = None,
    role: Annotated[str | None, typer.Option(help="The platform's id of a role, for member_daily.")] = None,
    as_json: Json = False,
) -> None:
    """Set one limit; of bot:everywhere, a cap that stands above every server's."""
    from bot.console.limits import Wish, set_limit

    _run(set_limit(_settings(), community, Wish(limit, value, member, role), as_json=as_json))


@limits.command("log")
def limits_log(
    community: Owner,
    most: Annotated[int, typer.Option(min=1, max=10_000, help="How many changes.")] = 20,
    as_json: Json = False,
) -> None:
    """Show who changed the limits, and when."""
    from bot.console.limits import show_changes

    _run(show_changes(_settings(), community, most, as_json=as_json))


Where = Annotated[str, typer.Argument(help="platform:id of a server or group, or everywhere.")]
Kind = Annotated[str, typer.Argument(help="word, person or server.")]
Banned = Annotated[str, typer.Argument(help="A word, several in quotes, re:pattern, or platform:id.")]


@blocks.command("list")
def blocks_list(
    where: Annotated[str | None, typer.Argument(help="platform:id of a server or group, or everywhere.")] = None,
    as_json: Json = False,
) -> None:
    """Show what is blocked; every list if none is named."""
    from bot.console.blocks import list_blocks

    _run(list_blocks(_settings(), where, as_json=as_json))


@blocks.command("add")
def blocks_add(
    kind: Kind,
    what: Banned,
    where: Where = "everywhere",
    reason: Annotated[str, typer.Option(help="Shown in the list.")] = "",
    as_json: Json = False,
) -> None:
    """Block something, at once for a running bot too."""
    from bot.console.blocks import Wish, add_block

    _run(add_block(_settings(), Wish(kind, what, where, reason), as_json=as_json))


@blocks.command("remove")
def blocks_remove(
    kind: Kind, what: Banned, where: Where = "everywhere", reason: Cause = "", as_json: Json = False
) -> None:
    """Lift a block."""
    from bot.console.blocks import Wish, remove_block

    _run(remove_block(_settings(), Wish(kind, what, where, reason), as_json=as_json))


@ledger.command("verify")
def ledger_verify(as_json: Json = False) -> None:
    """Check every invariant of the books; exit code 1 on drift."""
    from bot.console.money import verify_ledger

    if not _run(verify_ledger(_settings(), as_json=as_json)):
        raise typer.Exit(1)


# ---------------------------------------------------------------------------------------------- database, people


@db.command("upgrade")
def db_upgrade(as_json: Json = False) -> None:
    """Bring the schema up to date."""
    from bot.console.database import upgrade_database

    _run(upgrade_database(_settings(), as_json=as_json))


@db.command("backup")
def db_backup(
    into: Annotated[Path, typer.Argument(help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace an older backup there.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the database while the bot runs."""
    from bot.console.database import back_up

    _run(back_up(_settings(), into, force=force, as_json=as_json))


@db.command("restore")
def db_restore(
    source: Annotated[Path, typer.Argument(help="A file that `reelbot db backup` has written.")],
    force: Annotated[bool, typer.Option("--force", help="Put the database that is there aside.")] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database, while the bot is stopped."""
    from bot.console.database import restore

    _run(restore(_settings(), source, force=force, as_json=as_json))


@app.command()
def move(
    source: Annotated[str, typer.Argument(help="Where everything is: `sqlite:///…` or `postgresql://…`.")],
    target: Annotated[str, typer.Argument(help="An empty database, to which it is carried over.")],
    as_json: Json = False,
) -> None:
    """Carry an installation over to another database; the bot must not run."""
    from bot.console.moving import move

    _run(move(_settings(), source, target, as_json=as_json))


@app.command()
def export(
    user: Owner,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A ZIP file that holds pictures and clips too.")
    ] = None,
) -> None:
    """Write everything about a person: as JSON, or into a ZIP file."""
    from bot.console.people import export_person

    _run(export_person(_settings(), user, out))


@app.command()
def forget(
    user: Owner,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a person; the books keep amounts under a pseudonym."""
    from bot.console.people import forget_person

    _run(forget_person(_settings(), user, sure=yes, as_json=as_json))
