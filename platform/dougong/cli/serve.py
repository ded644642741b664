"""``dougong serve``: the web server."""

import os
import socket
import sys
from typing import Any

import click

from dougong.cli.shell import Shell, worded
from dougong.errors import Problem, Refused
from dougong.web.assets import require as require_assets
from dougong.words import say
from dougong.wsgi import app as application


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each process.")
@click.pass_obj
@worded
def serve(shell: Shell, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the published apps over HTTP."""
    require_assets()
    shell.settings.signing_key()
    _try_address(host, port)
    _ = shell.database  # brings the tables up to date before the first request
    click.echo(say("cli.serving", shell.language, url=f"http://{_shown(host)}:{port}"))
    sys.stdout.flush()
    shell.database.engine.dispose()
    if os.name == "nt":
        application().run(host, port, threaded=True)  # gunicorn knows no Windows
    else:
        _run(f"{host}:{port}" if ":" not in host else f"[{host}]:{port}", workers, threads)


def _try_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anybody is told that it is served."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        params = {"url": f"{_shown(host)}:{port}", "reason": error.strerror or str(error)}
        raise Refused([Problem("cli.cannot_listen", params=params)]) from error


def _shown(host: str) -> str:
    """The host as an address has it; one that means every interface is shown as this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host


def _run(bind: str, workers: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication  # absent on Windows, where every other command works

    class Server(BaseApplication):
        """gunicorn with our settings; each worker makes its own app, and with it its own database connections."""

        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": bind, "workers": workers, "threads": threads, "worker_class": "gthread", "timeout": 60,
                "accesslog": None, "loglevel": "warning", "proc_name": "dougong", "control_socket_disable": True,
                "graceful_timeout": 20, "max_requests": 20000, "max_requests_jitter": 2000,
            }  # fmt: skip
            for key, value in options.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            return application()

    Server().run()


commands = [serve]
