"""Secrets: taken from settings, or made once and kept in MDL_HOME."""

import os
import secrets

from core.errors import ConfigurationError
from core.home import keep_private
from core.settings import Settings

MIN_LENGTH = 32


def jwt_secret(settings: Settings) -> str:
    """The secret that signs tokens.

    Raises:
        ConfigurationError: it is too short, or missing where `MDL_ENV` is production.
    """
    if settings.jwt_secret is not None:
        secret = settings.jwt_secret.get_secret_value()
        if len(secret) < MIN_LENGTH:
            raise ConfigurationError(f"JWT_SECRET has {len(secret)} characters; it needs {MIN_LENGTH}")
        return secret
    if settings.env == "production":
        raise ConfigurationError(
            f"JWT_SECRET is not set; production needs one of at least {MIN_LENGTH} characters, such as the output of "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return _kept(settings, "jwt")


def _kept(settings: Settings, name: str) -> str:
    """The secret kept in MDL_HOME under `name`; of processes that make it at once, one wins."""
    path = settings.home / "secrets" / name
    keep_private(settings.home)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{name}.{os.getpid()}")
    if not path.exists():
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_text()
