"""The README knows every command, every setting and every field type."""

from pathlib import Path

import click
import pytest

from dougong.cli import main
from dougong.config import Settings
from dougong.fields import TYPES

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group, path: str) -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        here = f"{path} {name}"
        found += commands(command, here) if isinstance(command, click.Group) else [here]
    return found


@pytest.mark.parametrize("command", commands(main, "dougong"))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert command in README


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`DOUGONG_{name.upper()}`" in README


def test_every_field_type_is_in_the_readme() -> None:
    assert all(f" {name}," in README or f" {name} " in README for name in TYPES)
