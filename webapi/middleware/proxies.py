"""The caller's own address, where proxies stand before the API."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from core.settings import Settings


def register(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the settings say."""
    if settings.proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = proxied  # type: ignore[method-assign]
