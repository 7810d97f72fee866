"""The settings as people read them: `.env.example` and the table in `README.md`, both written from `Settings`.

`python -m bot.settings_example` rewrites them where they stand.
"""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.settings import Settings, wanted
from bot.settings_chats import ChatSettings
from bot.settings_providers import ProviderSettings
from bot.settings_values import show_duration

_HEADING = "## Settings\n"
_NONE = "–"  # noqa: RUF001 - the dash a person reads as "nothing"
_INTRODUCTION = """\
# Settings of Reelbot. Copy this file to `.env`, and remove the `#` before what you change.
# A variable of the same name in the environment goes before this file; an empty value counts as none.
# Keep `.env` to yourself: passwords and keys stand in it.
"""


def settings_example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default, none of them in force."""
    return "\n".join((_INTRODUCTION, *(_entry(name, field) for name, field in _fields())))


def settings_table() -> str:
    """Every setting with its default and meaning, as a markdown table."""
    rows = [_row(name, field) for name, field in _fields()]
    return "\n".join(("| name | default | what it is |", "|---|---|---|", *rows)) + "\n"


def with_settings_table(readme: str) -> str:
    """The same text with a fresh table as the first one below its heading `## Settings`.

    Raises:
        ValueError: It has no such heading, or no table below it.
    """
    before, heading, after = readme.partition(_HEADING)
    if not heading or "\n|" not in after:
        raise ValueError("a table is missing below the heading ## Settings")
    words, _, table = after.partition("\n|")
    rest = f"|{table}".splitlines(keepends=True)
    rows = next((place for place, line in enumerate(rest) if not line.startswith("|")), len(rest))
    return f"{before}{heading}{words}\n{settings_table()}{''.join(rest[rows:])}"


def _fields() -> list[tuple[str, FieldInfo]]:
    """What concerns every operator first, then the chats, the accounts with single providers last."""
    return sorted(Settings.model_fields.items(), key=lambda field: _rank(field[0]))


def _rank(name: str) -> int:
    return (name in ChatSettings.model_fields) + 2 * (name in ProviderSettings.model_fields)


def _entry(name: str, field: FieldInfo) -> str:
    default = shown_default(field)
    # A derived default written down here would no longer follow what it is derived from.
    value = "" if default == _NONE or field.default_factory is not None else default
    return f"# {field.description}\n# It has to be {wanted(field)}.\n#{name.upper()}={value}\n"


def _row(name: str, field: FieldInfo) -> str:
    default = shown_default(field)
    return f"| `{name.upper()}` | {default if default == _NONE else f'`{default}`'} | {field.description} |"


def shown_default(field: FieldInfo) -> str:
    """The default as an operator would write it; a dash for none."""
    if field.default_factory is not None:
        return str((field.examples or [_NONE])[0])
    if field.default is None or field.default == ():
        return _NONE
    if isinstance(field.default, tuple):
        return ",".join(map(str, field.default))
    return _written(field.default)


def _written(default: object) -> str:
    match default:
        case timedelta():
            return show_duration(default)
        case Path():
            return default.as_posix()
        case StrEnum():
            return default.value
        case bool():
            return str(default).lower()
        case _:
            return str(default)


def rewrite(root: Path) -> None:
    """Bring both files below *root* up to date."""
    (root / ".env.example").write_text(settings_example(), encoding="utf-8")
    readme = root / "README.md"
    readme.write_text(with_settings_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    rewrite(Path())
