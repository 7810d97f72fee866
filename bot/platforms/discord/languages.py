"""Names and descriptions of commands in every language that both Discord and we speak."""

from discord import Locale, app_commands

from bot.core.texts import LANGUAGES, Say, Sentence, say

DESCRIPTION_MOST = 100


def words_for(name: Say) -> app_commands.locale_str:
    """A sentence that Discord shows to each person in their own language."""
    return app_commands.locale_str(say(Sentence(name), "en")[:DESCRIPTION_MOST], say=name)


class Words(app_commands.Translator):
    """Speaks our sentences when commands are handed to Discord; what is no sentence keeps its name everywhere."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        del context
        language = locale.value.partition("-")[0]
        name = string.extras.get("say")
        if language not in LANGUAGES or name is None:
            return None
        return say(Sentence(name), language)[:DESCRIPTION_MOST]
