"""The WSGI entry: ``gunicorn "dougong.wsgi:app()"``."""

from flask import Flask

from dougong.compose import compose
from dougong.web import create_app


def app() -> Flask:
    """A Flask app over the settings of the environment."""
    composition = compose()
    return create_app(composition, composition.settings)
