from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from bot.settings_example import rewrite, settings_example, settings_table, shown_default, with_settings_table

ROOT = Path(__file__).parents[2]
REWRITE = "run: python -m bot.settings_example"


def table_below_settings(text: str) -> list[tuple[str, str]]:
    lines = text.split("\n## Settings\n")[1].splitlines()
    rows = [line for line in lines[: next_heading(lines)] if line.startswith("| `")]
    return [tuple(cell.strip().strip("`") for cell in row.strip("|").split("|")[:2]) for row in rows]


def next_heading(lines: list[str]) -> int:
    return next((place for place, line in enumerate(lines) if line.startswith("## ")), len(lines))


def test_the_example_file_is_written_from_the_settings():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == settings_example(), REWRITE


def test_the_table_of_the_readme_names_every_setting_with_its_default():
    settings = [(name.upper(), shown_default(field)) for name, field in Settings.model_fields.items()]

    shown = table_below_settings((ROOT / "README.md").read_text(encoding="utf-8"))

    assert sorted(shown) == sorted(settings), REWRITE
    assert shown[0][0] == "DATA_DIR"
    assert shown[-1][0].startswith("REPLICATE_")


def test_the_example_file_changes_nothing_when_it_is_copied_as_it_is():
    assert load_settings({}, ROOT / ".env.example") == load_settings({}, None)


def test_the_example_file_changes_nothing_when_every_line_of_it_is_in_force(tmp_path):
    lines = [line.removeprefix("#") for line in settings_example().splitlines() if not line.startswith("# ")]
    (tmp_path / "all").write_text("\n".join(lines), encoding="utf-8")

    assert len(lines) > len(Settings.model_fields)
    assert load_settings({}, tmp_path / "all") == load_settings({}, None)


def test_a_fresh_table_takes_the_place_of_the_old_one_and_nothing_else():
    before = "# Title\n\n| other |\n|---|\n\n## Settings\n\nWords.\n\n"
    after = "\nMore.\n\n## Next\n\n| keep |\n"

    assert with_settings_table(before + "| old |\n|---|\n| row |\n" + after) == before + settings_table() + after
    assert with_settings_table(before + "| old |") == before + settings_table()


def test_both_texts_are_rewritten_where_they_stand(tmp_path):
    (tmp_path / "README.md").write_text("## Settings\n\n| old |\n", encoding="utf-8")

    rewrite(tmp_path)

    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "## Settings\n\n" + settings_table()
    assert (tmp_path / ".env.example").read_text(encoding="utf-8") == settings_example()


@pytest.mark.parametrize("readme", ["# Title\n", "# Title\n\n## Settings\n\nnone\n"])
def test_a_readme_without_the_table_is_not_touched(readme):
    with pytest.raises(ValueError, match="a table is missing"):
        with_settings_table(readme)
