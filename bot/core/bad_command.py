"""What a typed text that is no command is answered with."""

from bot.core.texts import Sentence


class BadCommand(Exception):
    """The text is no command we know; `sentence` says what to type instead."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.say)
        self.sentence = sentence
