"""The command line in this process, each test with a data folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dougong.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``dougong`` with these words; no exception may leave it but the end of the program."""
    env = {
        "DOUGONG_DATA": str(tmp_path / "data"),
        "DOUGONG_DATABASE": "",
        "DOUGONG_CONFIG": "",
        "DOUGONG_LOG_LEVEL": "",
    }

    def run(*words: object, input: str = "", language: str = "en", **more: str) -> Result:
        runner = CliRunner(env=env | more)
        done = runner.invoke(main, ["--language", language, *map(str, words)], input=input)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.output
        return done

    return run


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., Path]:
    """Write a small app spec, its text changed by replacements; gives the file."""

    def write(name: str = "tiny.json", **changes: str) -> Path:
        text = TINY
        for old, new in changes.items():
            assert f"<{old}>" in text
            text = text.replace(f"<{old}>", new)
        for old, new in DEFAULTS.items():
            text = text.replace(f"<{old}>", new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


DEFAULTS = {
    "key": "tiny",
    "type": "number",
    "value": "count * 2",
    "expect": '{"values": {"double": "4"}}',
}
TINY = """{
  "dougong": 1,
  "app": {"key": "<key>", "title": {"zh-CN": "小应用", "en": "Tiny"}},
  "forms": [{
    "key": "note", "title": "Note", "number": {"pattern": "N-{000}"},
    "fields": [
      {"key": "text", "type": "text", "title": "Text", "required": true},
      {"key": "count", "type": "<type>", "title": "Count", "decimals": 1},
      {"key": "double", "type": "number", "decimals": 1, "title": "Double", "value": "<value>"}
    ],
    "access": [{"key": "all", "who": "everyone", "can": ["create", "read", "edit", "delete", "export"]}]
  }],
  "tests": [
    {"key": "doubles", "title": "Twice as much", "form": "note", "values": {"text": "x", "count": 2},
     "expect": <expect>}
  ]
}
"""
