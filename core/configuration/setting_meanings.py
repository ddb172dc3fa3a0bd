"""What each setting means, in the Markdown of docs/settings.md, whose table is made from this."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """Of one setting; `unset` is what holds without it, as a reader would say it."""

    unset: str
    text: str


MEANINGS = {
    "MDL_CONFIG": Meaning(
        "none",
        "a file of settings, YAML or JSON; what the environment or `.env` says counts more",
    ),
    "MDL_HOME": Meaning(
        "`.mdl`",
        "all state: lake, embedded PostgreSQL, staging, logs, Data Docs; made for its owner alone, "
        "and closed to others where it was open",
    ),
    "MDL_ENV": Meaning(
        "`development`",
        "`production` refuses what is only fit for a desk",
    ),
    "MDL_CATALOG": Meaning(
        "`catalog`",
        "a catalog file, or a folder of them",
    ),
    "MDL_LANDING": Meaning(
        "`landing`",
        "where sources' paths begin: a folder or a URL that fsspec reads",
    ),
    "MDL_DATABASE_URL": Meaning(
        "embedded",
        "any PostgreSQL 14 or newer",
    ),
    "MDL_DATABASE_READ_URL": Meaning(
        "as above",
        "a read replica for the API's reads; while it is away they go to the primary",
    ),
    "MDL_DATABASE_PASSWORD": Meaning(
        "none",
        "of these two, where their URL has no password; as a [file](#secrets-in-files) it need not be "
        "written into a URL",
    ),
    "MDL_ENGINE": Meaning(
        "`duckdb`",
        "what computes",
    ),
    "MDL_TIMEZONE": Meaning(
        "`UTC`",
        "the reporting zone, where days, weeks and months begin",
    ),
    "MDL_AS_OF": Meaning(
        "`now`",
        "the instant that reports stand at, of today or earlier; later events do not count, and "
        "`published_at` is that instant. A run for an instant before that of the newest publication "
        "is refused unless `mdl run --set-back` asks for it",
    ),
    "MDL_HISTORY_START": Meaning(
        "`2020-01-01`",
        "first day that Dagster offers as a partition",
    ),
    "MDL_MEMORY_LIMIT": Meaning(
        "`1GB`",
        "what the engine may hold in memory before it spills to disk",
    ),
    "MDL_POOL_SIZE": Meaning(
        "`20`",
        "connections that one process, such as a worker of the API, has to PostgreSQL at most; of these 5 stay open",
    ),
    "MDL_KEEP_LOG_DAYS": Meaning(
        "`90`",
        "how long upkeep keeps run logs, validation results and the quarantine of replaced files",
    ),
    "MDL_KEEP_REVISION_DAYS": Meaning(
        "for ever",
        "how long upkeep keeps what was published before",
    ),
    "MDL_KEEP_VALUES_DAYS": Meaning(
        "for ever",
        "how long marts keep [values, their revisions and scores](operations.md#retention), in days "
        "before the as-of day",
    ),
    "MDL_KEEP_AUDIT_DAYS": Meaning(
        "`400`",
        "how long upkeep keeps the audit log of the API, and incidents that have ended",
    ),
    "MDL_KEEP_REPORT_DAYS": Meaning(
        "for ever",
        "how long upkeep keeps [files and contents of reports](reports.md#the-archive) after they "
        "ended; what became of each stays",
    ),
    "MDL_BACKUP_TARGET": Meaning(
        "`MDL_HOME/backups`",
        "folder or fsspec URL where [backups](operations.md#backups) go; scheduled ones are taken only "
        "where it is set",
    ),
    "MDL_BACKUP_SCHEDULE": Meaning(
        "`0 2 * * *`",
        "when, as five fields of cron in the reporting zone, or `off`",
    ),
    "MDL_KEEP_BACKUPS": Meaning(
        "`7`",
        "how many whole backups are kept; the newest good one always is",
    ),
    "MDL_KEEP_BACKUP_DAYS": Meaning(
        "for ever",
        "how old a backup may become, whatever their number",
    ),
    "MDL_CONNECTIONS": Meaning(
        "`{}`",
        'named databases of sql sources: `{"warehouse": "postgresql://…"}`',
    ),
    "MDL_API_CONNECTIONS": Meaning(
        "none",
        "names of connections that sources which came over the API may use, separated by commas",
    ),
    "MDL_SOURCE_URLS": Meaning(
        "none",
        "beginnings of URLs that sources which came over the API may read, separated by commas: "
        "`https://data.example.com/sales`; compared by scheme, host, port and whole parts of the "
        "path. `https://` alone is any host with a public address",
    ),
    "MDL_SOURCE_TIMEOUT": Meaning(
        "`60`",
        "seconds that a remote source may take to connect, to be listed, to answer a query, or for "
        "the next 64 KiB; then it is left to the next run, and the others go on",
    ),
    "MDL_CHANNELS": Meaning(
        "`{}`",
        'where alerts go: `{"slack": "slack://…", "email": "mailtos://…"}`; see '
        "[alerts-delivery.md](alerts-delivery.md)",
    ),
    "MDL_CHANNEL_AUDIENCES": Meaning(
        "`{}`",
        'who reads a channel, as far as it decides which numbers are told there: `{"slack:#sales": '
        '{"team": "sales"}}`, with `role` (viewer) and `team` (none); see '
        "[access.md](access.md#messages)",
    ),
    "MDL_ALERT_CHANNELS": Meaning(
        "none",
        "channels of incidents whose rules name none, separated by commas",
    ),
    "MDL_ALERT_RATE": Meaning(
        "`20`",
        "messages a minute to one channel; what is beyond waits and goes out together",
    ),
    "MDL_ALERT_ATTEMPTS": Meaning(
        "`110`",
        "attempts before a message is given up: about a day",
    ),
    "MDL_JUDGE_PERIODS": Meaning(
        "`1500`",
        "how many periods of a rule and slice one evaluation judges at most; where more came since "
        "the last, the oldest are left out, and that is said",
    ),
    "MDL_PUBLIC_URL": Meaning(
        "none",
        "where people reach MDL, for links in messages",
    ),
    "MDL_LOCALE": Meaning(
        "`en`",
        "how pages write numbers and dates: `en`, `en_GB`, `de`, `ja`, …",
    ),
    "REDIS_URL": Meaning(
        "none",
        "where processes share cached answers and rate limits; without it, or while it is away, each "
        "keeps its own",
    ),
    "ENABLE_CACHE": Meaning(
        "`true`",
        "whether answers of the API are kept, in each process in 128 MiB at most",
    ),
    "CACHE_TTL": Meaning(
        "`300`",
        "seconds that an answer is kept at most; a new publication or edit replaces it at once",
    ),
    "JWT_SECRET": Meaning(
        "made once",
        "signs tokens; at least 32 characters, and required with `MDL_ENV=production`",
    ),
    "CORS_ORIGIN": Meaning(
        "none",
        "origins whose pages may call the API, separated by commas",
    ),
    "MDL_PROXIES": Meaning(
        "`0`",
        "how many proxies before the API are ours; only then `X-Forwarded-For` says who asks",
    ),
    "MDL_REGISTRATION": Meaning(
        "`false`",
        "whether anybody may register as a viewer",
    ),
    "MDL_RATE_LIMIT": Meaning(
        "`3000`",
        "requests a minute of one user, or of one address without a user",
    ),
    "MDL_STRICT_RATE_LIMIT": Meaning(
        "`10`",
        "of these, attempts a minute to sign in, to register, to change a password or to make a key",
    ),
    "MDL_IMPORT_DOCUMENTS": Meaning(
        "`5000`",
        "documents that one import over the API may hold (413); `mdl catalog apply` takes any number",
    ),
    "MDL_DAGSTER_PROXY": Meaning(
        "`false`",
        "whether a proxy with a sign-in guards Dagster's UI, so that `mdl up --host` may open it to "
        "other machines",
    ),
    "MDL_ENABLE_SNAPSHOT": Meaning(
        "in production",
        "whether `mdl serve` keeps a [snapshot](operations.md#while-postgresql-is-away) in `MDL_HOME/snapshot`, "
        "from which it answers while PostgreSQL is away: a second small server, and the room of the marts once more",
    ),
    "MDL_REQUEST_TIMEOUT": Meaning(
        "`15`",
        "seconds that the body of a request may take to arrive (408), and then that the request may "
        "wait for a thread and for PostgreSQL (503); a single statement gets two thirds",
    ),
    "MDL_SLOW_QUERY_MS": Meaning(
        "`1000`",
        "milliseconds from which on a statement of PostgreSQL, of the API or of a run, is "
        "[logged](operations.md#slow-statements) without its values; `0` logs none",
    ),
    "MDL_LOG_LEVEL": Meaning(
        "`info`",
        "the least level that is [logged](operations.md#logs): `debug`, `info`, `warning` or `error`; "
        "requests are `warning` from 400 on, `error` from 500 on",
    ),
    "ENABLE_TRACING": Meaning(
        "`false`",
        "OpenTelemetry traces; the standard `OTEL_*` variables say where to",
    ),
    "APM_SERVICE_NAME": Meaning(
        "`mdl`",
        "the service's name in traces",
    ),
}
