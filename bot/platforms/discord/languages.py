"""Names and descriptions of commands in every language that both Discord and we speak."""

from discord import Locale, app_commands

from bot.core.texts import LANGUAGES, Say, Sentence, say


def words_for(name: Say) -> app_commands.locale_str:
    """A sentence that Discord shows to each person in their own language."""
    return app_commands.locale_str(say(Sentence(name), "en"), say=name)


class Words(app_commands.Translator):
    """Says what commands are called and do when they are handed to Discord.

    Whatever a command is called in somebody's language, Discord names it to us in English (Discord, Application
    Commands, "Localization"). A name that a language has no word for stays as it is.
    """

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        del context
        code = locale.value.partition("-")[0]
        language = LANGUAGES.get(code)
        if language is None:
            return None
        name = string.extras.get("say")
        return language.names.get(string.message) if name is None else say(Sentence(name), code)
