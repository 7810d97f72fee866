"""The commands as Discord shows them: names, typed options, and where they can be used."""

from typing import Any, Protocol

import discord
from discord import app_commands
from discord.app_commands import Range

from bot.core.commands import BadCommand
from bot.core.texts import LANGUAGES, Say, say
from bot.platforms.discord.acknowledging import refuse
from bot.platforms.discord.asked import Attached, Manner, language_of
from bot.platforms.discord.finding import Finder, calmly
from bot.platforms.discord.languages import words_for
from bot.platforms.discord.pictures import attached_of, refusal_of
from bot.platforms.discord.wishes import Choices, video_text

PROMPT_MOST = 6000
"""Characters of a text option (Discord, Application Commands)."""
Interaction = discord.Interaction[Any]
Tree = app_commands.CommandTree[Any]


class Front(Protocol):
    """Who is told what was asked."""

    async def ask(
        self, interaction: Interaction, manner: Manner, text: str, attached: tuple[Attached, ...] = ()
    ) -> None: ...

    async def animate(self, interaction: Interaction, message: discord.Message) -> None: ...


def declare(tree: Tree, front: Front, finder: Finder) -> None:
    """Put every command on *tree*."""
    _declare_video(tree, front, finder)
    _declare_about_jobs(tree, front)
    _declare_about_oneself(tree, front)
    for name in ("jobs", "credits", "models", "help", "privacy", "export"):
        _declare_plain(tree, front, name)

    @tree.context_menu(name=words_for(Say.ANIMATE_THIS))
    async def animate(interaction: Interaction, message: discord.Message) -> None:
        await front.animate(interaction, message)


def _declare_video(tree: Tree, front: Front, finder: Finder) -> None:
    @tree.command(name="video", description=words_for(Say.ABOUT_VIDEO))
    @app_commands.describe(
        prompt=words_for(Say.OPTION_PROMPT),
        image=words_for(Say.OPTION_IMAGE),
        last_image=words_for(Say.OPTION_LAST_IMAGE),
        model=words_for(Say.OPTION_MODEL),
        seconds=words_for(Say.OPTION_SECONDS),
        resolution=words_for(Say.OPTION_RESOLUTION),
        camera=words_for(Say.OPTION_CAMERA),
        spoiler=words_for(Say.OPTION_SPOILER),
    )
    async def video(  # noqa: PLR0913, PLR0917 the library makes the command's options of the parameters
        interaction: Interaction,
        prompt: Range[str, 1, PROMPT_MOST],
        image: discord.Attachment | None = None,
        last_image: discord.Attachment | None = None,
        model: Range[str, 1, 100] | None = None,
        seconds: Range[int, 1, 600] | None = None,
        resolution: Range[str, 1, 20] | None = None,
        camera: Range[str, 1, 100] | None = None,
        spoiler: bool = False,  # noqa: FBT001, FBT002 as above
    ) -> None:
        pictures = [one for one in (image, last_image) if one is not None]
        wrong = next((sentence for one in pictures if (sentence := refusal_of(one))), None)
        try:
            text = video_text(prompt, Choices(model, seconds, resolution, camera, spoiler))
        except BadCommand as bad:
            wrong = bad.sentence
        if wrong is not None:
            await refuse(interaction, say(wrong, language_of(interaction)))
            return
        await front.ask(interaction, Manner.PUBLIC, text, tuple(attached_of(one) for one in pictures))

    video.autocomplete("model")(calmly(finder.models))
    video.autocomplete("camera")(calmly(finder.cameras))
    video.autocomplete("resolution")(calmly(finder.resolutions))


def _declare_about_jobs(tree: Tree, front: Front) -> None:
    @tree.command(name="again", description=words_for(Say.ABOUT_AGAIN))
    @app_commands.describe(job=words_for(Say.OPTION_JOB))
    async def again(interaction: Interaction, job: Range[str, 1, 30] | None = None) -> None:
        await front.ask(interaction, Manner.PUBLIC, f"/again {job or ''}".strip())

    @tree.command(name="job", description=words_for(Say.ABOUT_JOB))
    @app_commands.describe(id=words_for(Say.OPTION_JOB_TO_SHOW))
    async def job(interaction: Interaction, id: Range[str, 1, 30] | None = None) -> None:
        # A named one may come with its clip, which is for everybody, as it was the first time.
        await front.ask(interaction, Manner.PUBLIC if id else Manner.PRIVATE, f"/job {id or ''}".strip())

    @tree.command(name="cancel", description=words_for(Say.ABOUT_CANCEL))
    @app_commands.describe(job=words_for(Say.OPTION_JOB_TO_CANCEL))
    async def cancel(interaction: Interaction, job: Range[str, 1, 30] | None = None) -> None:
        await front.ask(interaction, Manner.PRIVATE, f"/cancel {job or ''}".strip())


def _declare_about_oneself(tree: Tree, front: Front) -> None:
    @tree.command(name="language", description=words_for(Say.ABOUT_LANGUAGE))
    @app_commands.describe(code=words_for(Say.OPTION_LANGUAGE))
    @app_commands.choices(code=[app_commands.Choice(name=one.name, value=code) for code, one in LANGUAGES.items()])
    async def language(interaction: Interaction, code: str | None = None) -> None:
        await front.ask(interaction, Manner.PRIVATE, f"/language {code or ''}".strip())

    @tree.command(name="forget", description=words_for(Say.ABOUT_FORGET))
    @app_commands.describe(confirm=words_for(Say.OPTION_CONFIRM))
    @app_commands.choices(confirm=[app_commands.Choice(name=words_for(Say.CHOICE_CONFIRM), value="yes")])
    async def forget(interaction: Interaction, confirm: str | None = None) -> None:
        await front.ask(interaction, Manner.PRIVATE, f"/forget {confirm or ''}".strip())


def _declare_plain(tree: Tree, front: Front, name: str) -> None:
    @tree.command(name=name, description=words_for(Say(f"about_{name}")))
    async def plain(interaction: Interaction) -> None:
        await front.ask(interaction, Manner.PRIVATE, f"/{name}")
