"""The app factory: settings in, guarded and worded Flask app out."""

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from dougong.config import Settings
from dougong.web import (
    addresses,
    assets,
    choices,
    csrf,
    current,
    errors,
    guards,
    headers,
    health,
    htmx,
    log,
    packing,
    sign_in,
    templating,
)
from dougong.web.composition import Composition


class App(Flask):
    """Flask, with templates that complain about what they were not given."""

    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}

    def create_global_jinja_loader(self) -> Any:
        """The loader of this app, once its blueprints are asked too."""
        self.jinja_loader = templating.loader()
        return super().create_global_jinja_loader()


def create_app(composition: Composition, settings: Settings) -> Flask:
    """A Flask app of every house of ``composition``; raises Misconfigured when an asset, secret or guard is missing."""
    app = App("dougong.web", instance_path=str(settings.data.resolve()), static_folder=None, template_folder=None)
    app.config.update(_config(settings))
    app.extensions[current.KEY] = composition
    _behind_proxies(app, settings.trusted_proxies)
    log.configure(settings.log_level)
    for part in (packing, log, headers, htmx, addresses, csrf, errors, assets, choices, health, templating):
        part.register(app)
    sign_in.register(app, composition)
    for register in composition.houses:
        register(app, composition)
    guards.require(app)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    size = settings.max_upload_mb << 20
    return {
        "SECRET_KEY": settings.signing_key(),
        "MAX_CONTENT_LENGTH": size + (1 << 20),  # one file of the largest size, and the form around it
        "MAX_FORM_MEMORY_SIZE": 4 << 20,
        "MAX_FORM_PARTS": 20_000,
        "SESSION_COOKIE_NAME": "dougong_form",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https://"),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PROPAGATE_EXCEPTIONS": False,
        "TRAP_HTTP_EXCEPTIONS": False,
    }


def _behind_proxies(app: Flask, count: int) -> None:
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
