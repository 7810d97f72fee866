import subprocess
import sys

import pytest
import typer

from bot import __version__
from bot.cli import app, main


def every_command() -> list[tuple[str, ...]]:
    top = typer.main.get_command(app)
    found = [()]
    for name, command in top.commands.items():
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_helps(cli, words):
    text = cli.text(*words, "--help")

    assert "Usage:" in text
    assert not cli.folder.exists()


def test_the_surface_is_whole():
    assert {" ".join(words) for words in every_command()} >= {
        "run", "demo", "make", "check", "providers", "export", "forget", "ledger verify", "db upgrade", "db backup",
        "db restore",
        "providers price", "jobs list", "jobs show", "jobs cancel", "jobs redeliver", "jobs settle",
        "credits show", "credits grant", "credits take", "limits show", "limits set", "limits log",
        "blocks list", "blocks add", "blocks remove",
        "providers pause", "providers resume",
    }  # fmt: skip


def test_the_version(cli):
    assert cli.text("--version") == f"reelbot {__version__}\n"


def test_an_unknown_command_is_a_usage_error(cli):
    result = cli("dance")

    assert result.exit_code == 2
    assert "dance" in result.stderr


def test_main_is_the_command_line(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["reelbot", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"reelbot {__version__}\n"


def test_help_does_not_wait_for_heavy_libraries():
    heavy = ("sqlalchemy", "aiohttp", "av", "PIL", "alembic", "pydantic", "bot.app", "bot.ground")
    look = f"import sys, bot.cli; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", look], check=True, capture_output=True, text=True, timeout=60)

    assert said.stdout == "[]\n"
