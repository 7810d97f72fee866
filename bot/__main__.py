"""`python -m bot …` is `reelbot …`."""

from bot.cli import main

if __name__ == "__main__":
    main()
