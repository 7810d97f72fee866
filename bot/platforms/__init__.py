"""One folder per chat: each translates between its network and the port in `bot.core.ports`."""
