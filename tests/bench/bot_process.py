"""`python -m tests.bench.bot_process`: the real bot in a process of its own, which starts as `reelbot run` does."""

import gc

if __name__ == "__main__":
    gc.disable()
    from tests.bench.whole_bot import main

    gc.freeze()
    gc.enable()
    main()
