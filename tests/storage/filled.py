"""A PostgreSQL that holds many finished jobs, with their money, stories and calls, and a few living ones."""

FILL = """
INSERT INTO wallets (owner, balance, held) SELECT 'web:u' || n, 100000000, 0 FROM generate_series(1, {people}) n;

INSERT INTO users (id, name, language, created_at)
SELECT 'web:u' || n, 'Person ' || n, 'en', n FROM generate_series(1, {people}) n;

INSERT INTO jobs (
    id, key, user_id, community_id, crowd, place_platform, place_address, place_channel, language, model, prompt,
    seconds, resolution, offer, provider, price, payer, charge, state, version, owner, created_at, changed_at,
    deadline, attempt, admitted_at, submitted_at, ended_at, ticket, clip, cancel_asked, cancel_refused, untold,
    posts, charges, counts, alive, has_files, swept_at, nudged_at, reason, bought
)
SELECT
    'job' || n, 'message' || n, 'web:u' || n % {people} + 1, CASE WHEN n % 3 > 0 THEN 'discord:' || n % 500 END,
    CASE WHEN n % 3 > 0 THEN 'discord:' || n % 500 ELSE 'web:u' || n % {people} + 1 END, 'web', 'room', '', 'en',
    'hailuo', repeat('a cat smiling ', 12), 6, '768P', 'p' || n % 3 || '/hailuo', 'p' || n % 3, 28, n % {people} + 1,
    CASE WHEN living THEN 'held' ELSE 'spent' END,
    CASE WHEN NOT living THEN 'delivered' WHEN n % 2 = 0 THEN 'queued' ELSE 'rendering' END,
    8, 1, {now} - ({jobs} - n)::bigint * 10000, {now} - ({jobs} - n)::bigint * 10000, {now}, 1,
    CASE WHEN living AND n % 2 = 0 THEN NULL ELSE {now} - ({jobs} - n)::bigint * 10000 END,
    CASE WHEN living AND n % 2 = 0 THEN NULL ELSE {now} - ({jobs} - n)::bigint * 10000 END,
    CASE WHEN NOT living THEN {now} - ({jobs} - n)::bigint * 10000 END,
    CASE WHEN living AND n % 2 = 0 THEN NULL ELSE 'task' || n END,
    CASE WHEN NOT living THEN '{{"file": "x.mp4", "thumbnail": null}}'::json END,
    false, false, false, 1, 1, '[]', living, living OR n > {jobs} - 2000,
    CASE WHEN n <= {jobs} - 2000 THEN 1 END, CASE WHEN n % 50 = 0 THEN {now} - ({jobs} - n)::bigint * 10000 END, NULL,
    CASE WHEN NOT living THEN 0 END
FROM (SELECT n, n > {jobs} - {living} AS living FROM generate_series(1, {jobs}) n) AS made;

INSERT INTO attempts (job, n, offer, provider, begun_at, outcome, ticket)
SELECT id, 1, offer, provider, submitted_at, 'rendering', ticket FROM jobs WHERE submitted_at IS NOT NULL;

INSERT INTO events (job, n, at, state, detail) SELECT id, 0, created_at, state, 'opened' FROM jobs;

INSERT INTO ledger (key, wallet, kind, balance_change, held_change, at, job, actor, reason)
SELECT 'hold:' || id || ':1', payer, 'hold', -28, 28, created_at, id, 'job', offer FROM jobs;

INSERT INTO letters (platform, key, body, at, done_at)
SELECT 'discord', n::text, '', n, CASE WHEN n > 20 THEN n END FROM generate_series(1, {jobs} / 10) n;

INSERT INTO memories (platform, key, value, at)
SELECT 'discord', n::text, 'x', n FROM generate_series(1, {jobs} / 10) n;

INSERT INTO messages (user_id, at, kind, body)
SELECT 'web:u' || n % {people} + 1, n, 'text', 'hello' FROM generate_series(1, {jobs} / 10) n;

INSERT INTO rejections (job, user_id, at) SELECT id, user_id, created_at FROM jobs WHERE price = 28 LIMIT {jobs} / 10;
INSERT INTO reports (job, reporter, at, reason) SELECT id, user_id, created_at, '' FROM jobs LIMIT {jobs} / 10;
INSERT INTO durations (offer, seconds, at) SELECT 'p' || n % 30 || '/hailuo', n, n FROM generate_series(1, 6000) n;
INSERT INTO blocks (scope, kind, what, at, actor, reason)
SELECT 'discord:' || n % 500, 'word', n::text, n, 'op', '' FROM generate_series(1, 20000) n;
INSERT INTO list_prices (offer, resolution, seconds, usd)
SELECT 'o' || n, '768P', 6, '1' FROM generate_series(1, 2000) n;

INSERT INTO pgqueuer (priority, status, entrypoint, payload, dedupe_key)
SELECT 0, 'queued', 'job', convert_to(id, 'UTF8'), id || ':0' FROM jobs WHERE alive;
"""


def statements(*, jobs: int, now: int, living: int = 200) -> list[str]:
    """What to run, one after the other.

    Args:
        jobs: How many in all.
        now: In milliseconds; the newest job was made then, and one every ten seconds before it.
        living: How many of the newest are not finished.
    """
    script = FILL.format(jobs=jobs, now=now, living=living, people=max(10, jobs // 20))
    return [statement for statement in script.split(";\n") if statement.strip()]
