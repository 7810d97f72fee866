"""Of what the bot logs, some is a mistake of ours, and some tells what nobody could know."""

import json

from tests.chaos.logbook import read_logs


def test_answers_that_may_be_lost_are_counted_and_bugs_are_named(tmp_path):
    said = [
        {"event": "an answer may have been lost", "level": "warning"},
        {"event": "an answer was given up", "level": "warning"},
        {"event": "could not tell", "level": "warning"},
        {"event": "carrying fell", "level": "error", "exception": "Traceback\nKeyError: 'x'"},
    ]
    (tmp_path / "bot-000.log").write_text("\n".join(map(json.dumps, said)))
    book = read_logs(tmp_path)
    assert book.lost_answers == 2
    assert len(book.bugs) == 1
    assert book.said == {"carrying fell (KeyError)": 1}
