"""What the tests of the fake say often."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

CLIP = b"\0\0\0\x18ftypmp42" + bytes(500)


def keyboard(*labels):
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"{label}:1") for label in labels]])


async def the_update(bot, offset=None):
    (update,) = await bot.get_updates(offset=offset, timeout=2)
    return update
