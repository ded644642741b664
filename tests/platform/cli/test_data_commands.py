"""load and submit: through the one door, and refused in words."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def app(run: Any, spec: Any) -> Any:
    assert run("init").exit_code == 0
    assert run("import", spec(), "--publish").exit_code == 0
    return run


def test_a_table_is_loaded_tried_and_refused(app: Any, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("Text,count\nfirst,1.5\n00501,2\n", encoding="utf-8")
    tried = app("load", "tiny.note", file, "--dry-run")
    assert (tried.exit_code, "nothing was stored" in tried.output) == (0, True)
    done = app("load", "tiny.note", file)
    assert done.stdout == "Loaded 2 records (2 rows, 0 notices)\n"
    file.write_text("Text,count,nonsense\nfirst,1,x\n", encoding="utf-8")
    assert "nonsense" in app("load", "tiny.note", file).stderr
    file.write_text("Text,count\n,x\nok,1\n,1\n", encoding="utf-8")
    done = app("load", "tiny.note", file)
    assert done.exit_code == 1
    places = sorted(line.split(" ")[0] for line in done.stderr.splitlines())
    assert places == ["notes.csv:2:1", "notes.csv:2:2", "notes.csv:4:1"]
    again = app("load", "tiny.note", tmp_path / "notes.csv", language="zh-CN")
    assert again.exit_code == 1


def test_what_load_cannot_do(app: Any, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("Text\nx\n", encoding="utf-8")
    assert "There is no form" in app("load", "tiny.none", file).stderr
    assert "There is no app" in app("load", "none.note", file).stderr
    assert "There is no person" in app("load", "tiny.note", file, "--as", "nobody").stderr
    assert "no text encoding" in app("load", "tiny.note", file, "--encoding", "nonsense").stderr
    assert "no file" in app("load", "tiny.note", tmp_path / "none.csv").stderr
    assert "folder" in app("load", "tiny.note", tmp_path).stderr
    for name, content in {
        "empty.csv": b"", "blank.csv": b"\n\n ,\n", "binary.csv": bytes(range(256)) * 40,
        "binary.xlsx": b"PK\x03\x04" + b"\0" * 99,
        "nul.csv": b"Text\n\x00\n", "quote.csv": b'Text\n"x\n', "no.xls": b"", "wide.csv": b"," * 3000,
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
        done = app("load", "tiny.note", tmp_path / name)
        assert done.exit_code == 1 or name == "quote.csv", (name, done.output)
        assert done.stderr or done.exit_code == 0, name


def test_one_record_is_submitted(app: Any, tmp_path: Path) -> None:
    values = tmp_path / "values.json"
    values.write_text('{"text": "x", "count": 1.5}', encoding="utf-8")
    made = json.loads(app("submit", "tiny.note", "--as", "admin", "--values", values).stdout)
    assert (made["number"], made["values"]) == ("N-001", {"text": "x", "count": "1.5", "double": "3.0"})
    keyed = [app("submit", "tiny.note", "--as", "admin", "--values", values, "--key", "k").stdout for _ in range(2)]
    assert keyed[0] == keyed[1]
    assert json.loads(keyed[0])["number"] == "N-002"
    values.write_text('{"count": "x", "double": 1}', encoding="utf-8")
    done = app("submit", "tiny.note", "--as", "admin", "--values", values)
    assert done.exit_code == 1
    assert {line.partition(":")[0] for line in done.stderr.splitlines()} == {"text", "count", "double"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"count": NaN}', b'{"count": Infinity}', b'{"a": 1, "a": 2}', b"\xff\xfe", b"[" * 100_000,
     b'{"text": "\\ud800"}', b'{"text": "x", "count": 1e400}', b'{"text": "x", "count": ' + b"9" * 5000 + b"}",
     b'{"text": ' + b"[" * 60 + b"]" * 60 + b"}"],
)  # fmt: skip
def test_values_that_are_none(app: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "values.json").write_bytes(content)
    done = app("submit", "tiny.note", "--as", "admin", "--values", tmp_path / "values.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr


def test_who_submits_must_exist_and_may_not_be_disabled(app: Any, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text('{"text": "x"}')
    submit = ("submit", "tiny.note", "--values", tmp_path / "v.json", "--as")
    assert "There is no person" in app(*submit, "nobody").stderr
    app("user", "add", "hua", "--name", "华罗")
    assert app(*submit, "hua").exit_code == 0
    app("user", "disable", "hua")
    assert app(*submit, "hua").exit_code == 1


def test_the_bar_is_drawn_for_a_person_at_a_terminal(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("Text\n" + "x\n" * 2500, encoding="utf-8")
    assert "%" not in app("load", "tiny.note", file, "--dry-run").output
    monkeypatch.setattr("dougong.cli.data.is_terminal", lambda: True)
    heard: list[int] = []

    class Bar:
        pos = 0

        def update(self, steps: int) -> None:
            self.pos += steps
            heard.append(self.pos)

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("dougong.cli.data.click.progressbar", lambda **_: Bar())
    app("load", "tiny.note", file, "--dry-run")
    assert heard[-1] == 2500
    assert heard == sorted(heard)
    assert len(heard) > 2
