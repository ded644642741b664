"""The command line: ``dougong …``."""

import click

from dougong.cli import applying, apps, changes, data, install, people, serve, testing
from dougong.cli.shell import Shell
from dougong.words import LANGUAGES


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of messages; default: the terminal's.")
@click.version_option(package_name="dougong")
@click.pass_context
def main(context: click.Context, language: str | None) -> None:
    """Dougong 斗拱: forms, lists, approvals and reports from app spec files."""
    context.obj = Shell(language or "")
    context.call_on_close(context.obj.close)


for module in (serve, install, apps, data, people, testing, changes, applying):
    for command in module.commands:
        main.add_command(command)
