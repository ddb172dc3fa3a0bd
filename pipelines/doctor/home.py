"""Checks of what lies around: rights, secrets, the catalog's files, the landing zone, the lake, channels, Redis."""

import os
import re
import stat
from datetime import timedelta
from pathlib import Path

from pydantic_settings import DotEnvSettingsSource
from redis import Redis
from redis.exceptions import RedisError

from core.configuration.legal_values import is_secret
from core.home import PARTS
from core.secrets import MIN_LENGTH
from core.settings import Settings, variable
from pipelines.alerting.delivery.channels.resolve import Channel, resolve
from pipelines.doctor.check import Check, Diagnosis, Patient, fault, ok, warning
from pipelines.lake import Lake
from schemas.catalog.validate import validate_loaded
from schemas.disk_snapshot.keeping import wait_for_snapshot
from schemas.disk_snapshot.place import snapshot_url
from schemas.documents.load import load_catalog

_ENV = Path(".env")
# of variables that other software reads, such as AWS_SECRET_ACCESS_KEY
_SECRET_NAME = re.compile(r"password|passwd|secret|token|key", re.IGNORECASE)
_FEW = 3
# secrets of so few different characters are words or rows of one key
_FEWEST_CHARACTERS = 10
# upkeep deletes after seven days, every night
_LONG_IDLE = timedelta(days=9)
_STOOD_STILL = timedelta(minutes=2)
_KNOWN = ("changeme", "change-me", "secret", "password", "example", "default")


def home_rights(patient: Patient) -> Diagnosis:
    """Whether nobody but the owner can read MDL_HOME."""
    home = patient.settings.home
    open_to_others = [
        str(path)
        for path in (home, *(home / part for part in PARTS))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o066
    ]
    if open_to_others:
        return warning(f"others may read {_some(open_to_others)}", f"chmod -R go-rwx {home}")
    return ok(f"{home} is its owner's alone" if home.exists() else "nothing there yet")


def secret_files(patient: Patient) -> Diagnosis:
    """Whether nobody but the owner can read secrets."""
    paths = [_ENV] if _holds_secrets(_ENV) else []
    paths += (patient.settings.home / "secrets").glob("*")
    found = [str(path) for path in paths if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if found:
        return fault(
            f"others may read {_some(found)}", f"chmod 600 {' '.join(found)}, and replace what was in it"
        )
    return ok("readable by their owner alone")


def _holds_secrets(env: Path) -> bool:
    """Whether a file sets what is to be kept secret, by our settings or by its name."""
    ours = {variable(name).lower() for name, field in Settings.model_fields.items() if is_secret(field)}
    given = DotEnvSettingsSource(Settings, env_file=env).env_vars
    return any(value and (name in ours or _SECRET_NAME.search(name)) for name, value in given.items())


def signing_secret(patient: Patient) -> Diagnosis:
    """Whether the secret that signs tokens can be guessed."""
    secret = patient.settings.jwt_secret
    advice = "set JWT_SECRET to what python -c 'import secrets; print(secrets.token_urlsafe(48))' prints"
    if secret is None:
        if patient.settings.env == "production":
            return fault("JWT_SECRET is not set in production", advice)
        return ok("made by MDL and kept in MDL_HOME/secrets")
    text = secret.get_secret_value()
    if len(text) < MIN_LENGTH:
        return fault(f"JWT_SECRET has {len(text)} characters in place of {MIN_LENGTH}", advice)
    if len(set(text)) < _FEWEST_CHARACTERS or any(word in text.lower() for word in _KNOWN):
        return fault("JWT_SECRET can be guessed", advice)
    return ok("JWT_SECRET is set")


def catalog_files(patient: Patient) -> Diagnosis:
    """Whether the catalog's files are valid."""
    path = patient.settings.catalog
    if not path.exists():
        return warning(f"{path} is not there", "set MDL_CATALOG, or keep the catalog over the API alone")
    loaded = validate_loaded(load_catalog(path))
    if loaded.errors:
        return fault(
            f"{len(loaded.errors)} errors, the first: {loaded.errors[0]}", "`mdl catalog validate` shows all"
        )
    return ok(f"{len(loaded.catalog.metrics)} metrics in {path}")


def landing_zone(patient: Patient) -> Diagnosis:
    """Whether the landing zone can be listed."""
    landing = patient.settings.landing
    if "://" in landing:
        return ok(f"remote: each run says whether it answers ({landing.partition('://')[0]})")
    advice = "make the folder and give this user rights to read it, or set MDL_LANDING"
    if not os.path.isdir(landing):  # noqa: PTH112  a path, not a Path
        return fault(f"{landing} is no folder", advice)
    if not os.access(landing, os.R_OK | os.X_OK):
        return fault(f"{landing} cannot be read", advice)
    return ok(landing)


def lake_files(patient: Patient) -> Diagnosis:
    """Whether every file of the lake's newest version is there."""
    lake = Lake(patient.settings.lake_path)
    if lake.version() is None:
        return ok("no events yet")
    files = lake.files()
    missing = [file.path for file in files if not (lake.path / file.path).is_file()]
    short = [
        file.path
        for file in files
        if file.path not in missing and (lake.path / file.path).stat().st_size != file.size
    ]
    if missing or short:
        return fault(
            f"version {lake.version()}: missing {_some(missing)}; of another size {_some(short)}",
            "restore a backup; or move MDL_HOME/lake aside: the next run reads the landing zone anew",
        )
    return ok(f"version {lake.version()}, {len(files)} files")


def lake_orphans(patient: Patient) -> Diagnosis:
    """Whether files lie in the lake that no version needs, and that upkeep should have deleted days ago."""
    idle = Lake(patient.settings.lake_path).idle_files(_LONG_IDLE)
    if idle:
        return warning(
            f"{len(idle)} files that no version needs: {_some(idle)}",
            "the job upkeep deletes them: see in Dagster why it does not run",
        )
    return ok("none")


def channels(patient: Patient) -> Diagnosis:
    """Whether the channels that are told by default lead somewhere."""
    told = patient.settings.told_by_default
    nowhere = [name for name in told if not isinstance(resolve(patient.settings, name), Channel)]
    if nowhere:
        return fault(f"MDL_CHANNELS says nothing of {_some(nowhere)}", "add them to MDL_CHANNELS")
    if not told:
        return warning("MDL_ALERT_CHANNELS names none", "name a channel: else nobody is told of failed runs")
    return ok(", ".join(told))


def redis(patient: Patient) -> Diagnosis:
    """Whether Redis answers, where one is named."""
    url = patient.settings.redis_url
    if url is None:
        return ok("none is set: each process keeps its own answers and limits")
    client = Redis.from_url(url.get_secret_value(), socket_connect_timeout=3, socket_timeout=3)
    try:
        client.ping()
    except (RedisError, OSError, ValueError) as error:
        return warning(
            f"does not answer: {type(error).__name__}", "start it, or mend REDIS_URL; MDL goes on without"
        )
    finally:
        client.close()
    return ok("answers")


def snapshot(patient: Patient) -> Diagnosis:
    """Whether the snapshot that is read while PostgreSQL is away is whole and follows, where one is kept now."""
    home = patient.settings.home
    if not patient.settings.keeps_snapshot or snapshot_url(home) is None:
        return ok("none is kept now")
    moment = wait_for_snapshot(home, 0)
    advice = "the log of `mdl serve` says why, at the word snapshot"
    if moment is None:
        return warning("it has no whole copy for this version of MDL", advice)
    if patient.now - moment > _STOOD_STILL:
        return warning(f"it stands still since {moment:%Y-%m-%d %H:%M} UTC", advice)
    return ok(f"of {moment:%Y-%m-%d %H:%M:%S} UTC")


def _some(names: list[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return (", ".join(names[:_FEW]) or "none") + more


CHECKS = (
    Check("home_rights", "who may read `MDL_HOME`", home_rights),
    Check(
        "secret_files", "who may read `MDL_HOME/secrets`, and `.env` where secrets are in it", secret_files
    ),
    Check("signing_secret", "whether `JWT_SECRET` is set, long and not to be guessed", signing_secret),
    Check("catalog_files", "whether the catalog's files are valid", catalog_files),
    Check("landing_zone", "whether `MDL_LANDING` can be read", landing_zone),
    Check("lake_files", "whether every file of the lake's newest version is there, whole", lake_files),
    Check("lake_orphans", "files in the lake that nothing needs any more", lake_orphans),
    Check("channels", "whether `MDL_ALERT_CHANNELS` lead somewhere", channels),
    Check("redis", "whether `REDIS_URL` answers", redis),
    Check("snapshot", "whether the snapshot for outages of PostgreSQL follows", snapshot),
)
