"""plan and apply: what a file would do here, three versions made one, conflicts named, lossy steps asked for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def installed(run: Any, spec: Any, tmp_path: Path) -> Path:
    """The app as revision 1, and the file of it that went to another server."""
    assert run("init", "--admin", "boss").exit_code == 0
    assert run("import", "--publish", spec()).exit_code == 0
    file = tmp_path / "exported.json"
    assert run("export", "tiny", "--output", file).exit_code == 0
    return file


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """A file with a change, under another name."""

    def write(file: Path, change: Change, name: str = "changed.json") -> Path:
        spec = json.loads(file.read_text("utf-8"))
        change(spec)
        path = tmp_path / name
        path.write_text(json.dumps(spec, ensure_ascii=False, indent=2), "utf-8")
        return path

    return write


def field(spec: dict[str, Any], at: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = spec["forms"][0]["fields"][at]
    return found


def exported(run: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("export", "tiny").stdout)
    return found


def here(run: Any, changed: Any, file: Path, change: Change) -> None:
    """Somebody publishes on this server."""
    assert run("import", "--publish", changed(file, change, "here.json")).exit_code == 0


def test_the_same_file_is_nothing_to_do(run: Any, installed: Path) -> None:
    for words in (("plan",), ("apply",), ("apply", "--yes")):
        done = run(*words, installed)
        assert done.exit_code == 0
        assert done.stdout == "Tiny (tiny) says the same as the installed revision 1; there is nothing to do\n"
    assert "没有要做的" in run("plan", installed, language="zh-CN").stdout


def test_an_app_that_is_not_here_yet(run: Any, spec: Any, installed: Path) -> None:
    file = spec("other.json", key="other")
    done = run("plan", file)
    assert done.exit_code == 1
    assert "becomes revision 1" in done.stdout
    done = run("apply", file, "--yes", "--note", "first")
    assert done.exit_code == 0
    assert "other is published as revision 1" in done.stdout


def test_a_plan_tells_and_changes_nothing(run: Any, installed: Path, changed: Any, tmp_path: Path) -> None:
    values = tmp_path / "values.json"
    values.write_text('{"text": "one", "count": 3}')
    assert run("submit", "tiny.note", "--as", "boss", "--values", values).exit_code == 0
    file = changed(installed, lambda spec: (field(spec).update(max_length=2), spec["forms"][0]["fields"].pop(2)))
    done = run("plan", file)
    assert done.exit_code == 2, "a test still names the field that is gone"
    file = changed(file, lambda spec: spec.pop("tests"))
    done = run("plan", file)
    assert done.exit_code == 1
    assert "Tiny (tiny) becomes revision 2" in done.stdout
    assert "  Text: Longest 200 → 2" in done.stdout
    assert "Removed field “Double”" in done.stdout
    assert "! Goes out of sight · " in done.stdout
    assert "  Needs attention · " in done.stdout
    assert exported(run) == json.loads(installed.read_text("utf-8"))
    data = json.loads(run("plan", file, "--json").stdout)
    assert (data["app"], data["installed"], data["changes"]) == ("tiny", 1, True)
    assert {each["grade"] for each in data["effects"]} == {"destructive", "attention", "safe"}
    assert [each["at"] for each in data["differences"]][:1] == ["forms.note.fields.text.max_length"]
    assert data["problems"] == data["conflicts"] == []


def test_a_faulty_file_is_a_fault(run: Any, spec: Any, installed: Path, tmp_path: Path) -> None:
    bad = spec("bad.json", value="count * nobody")
    done = run("plan", bad)
    assert done.exit_code == 2
    assert f"{bad}:9:" in done.stderr
    assert "nobody" in done.stderr
    assert run("apply", bad, "--yes").exit_code == 1
    assert run("plan", tmp_path / "missing.json").exit_code == 2
    (tmp_path / "list.json").write_text("[]")
    assert run("plan", tmp_path / "list.json").exit_code == 2
    assert run("plan", bad, "--base", "9").exit_code == 2
    assert len(exported(run)["forms"][0]["fields"]) == 3


def test_apply_asks_first(run: Any, installed: Path, changed: Any) -> None:
    file = changed(installed, lambda spec: field(spec).update(help="more"))
    assert run("apply", file, input="n\n").exit_code == 1
    assert run("apply", file, input="").exit_code == 1
    assert "help" not in field(exported(run))
    done = run("apply", file, input="y\n")
    assert done.exit_code == 0
    assert "Publish as revision 2?" in done.stderr
    assert "tiny is published as revision 2" in done.stdout
    assert field(exported(run))["help"] == "more"


def test_lossy_steps_are_named_when_asking(run: Any, installed: Path, changed: Any, tmp_path: Path) -> None:
    values = tmp_path / "values.json"
    values.write_text('{"text": "a dozen", "count": 3}')
    assert run("submit", "tiny.note", "--as", "boss", "--values", values).exit_code == 0

    def number(spec: dict[str, Any]) -> None:
        field(spec).update(type="number")
        spec["tests"] = []

    file = changed(installed, number)
    done = run("apply", file, input="n\n")
    assert done.exit_code == 1
    assert "! " in done.stderr
    assert "“Text”" in done.stderr
    assert "--choose forms.note.fields.text=" in done.stdout
    done = run("apply", file, "--yes", "--choose", "forms.note.fields.text=cancel")
    assert done.exit_code == 1
    assert field(exported(run))["type"] == "text"
    assert run("apply", file, "--yes").exit_code == 0
    assert field(exported(run))["type"] == "number"


def test_choices_that_do_not_exist(run: Any, installed: Path, changed: Any) -> None:
    file = changed(installed, lambda spec: field(spec).update(help="more"))
    for given, said in (
        ("forms.note.fields.text=mine", "There is nothing to choose at forms.note.fields.text"),
        ("nonsense", "must be written PLACE=CHOICE"),
        ("=x", "must be written PLACE=CHOICE"),
    ):
        for command, status in (("plan", 2), ("apply", 1)):
            done = run(command, file, "--choose", given)
            assert done.exit_code == status
            assert said in done.stderr
    assert "help" not in field(exported(run))


def test_what_was_published_here_since_is_kept(run: Any, installed: Path, changed: Any) -> None:
    here(run, changed, installed, lambda spec: field(spec, 1).update(help="hot fix"))
    file = changed(installed, lambda spec: field(spec).update(help="from the other server"))
    done = run("plan", file)
    assert "does not have what revision 2 changed here" in done.stdout
    assert "hot fix" not in done.stdout, "it is here already"
    assert run("apply", file, "--yes").exit_code == 0
    spec = exported(run)
    assert (field(spec)["help"], field(spec, 1)["help"]) == ("from the other server", "hot fix")
    assert run("plan", file).exit_code == 0, "applied again there is nothing to do"


def test_another_server_that_goes_on_without_the_hot_fix(run: Any, installed: Path, changed: Any) -> None:
    """The file keeps coming, each time with more, and never with what was mended here."""
    there = changed(
        installed, lambda spec: (field(spec).update(help="a", max_length=90), field(spec, 2).update(help="b"))
    )
    here(run, changed, installed, lambda spec: field(spec, 1).update(help="hot fix"))
    assert run("apply", there, "--yes").exit_code == 0
    for at, name, value in ((0, "max_length", 80), (2, "title", "Twice"), (0, "title", "Words")):
        there = changed(there, lambda spec, at=at, name=name, value=value: field(spec, at).update({name: value}))  # type: ignore[misc]
        done = run("apply", there, "--yes")
        assert done.exit_code == 0, done.output
        spec = exported(run)
        assert (field(spec, at)[name], field(spec, 1)["help"], field(spec, 2)["help"]) == (value, "hot fix", "b")


def test_conflicts_are_named_and_chosen(run: Any, installed: Path, changed: Any) -> None:
    here(run, changed, installed, lambda spec: (field(spec).update(max_length=60), field(spec, 1).update(help="x")))
    file = changed(
        installed, lambda spec: (field(spec).update(max_length=50, help="new"), field(spec, 2).update(help="y"))
    )
    place = "forms.note.fields.text.max_length"
    done = run("plan", file)
    assert done.exit_code == 1
    assert "! Text · Longest\n" in done.stdout
    assert f"--choose {place}=mine  take what the file says: 50\n" in done.stdout
    assert f"--choose {place}=theirs  take what is installed: 60\n" in done.stdout
    done = run("apply", file, "--yes")
    assert done.exit_code == 1
    assert "1 place was changed on both sides" in done.stderr
    assert field(exported(run))["max_length"] == 60
    done = run("apply", file, "--choose", f"{place}=nobody")
    assert "there is mine, theirs" in done.stderr
    done = run("apply", file, "--yes", "--choose", f"{place}=theirs")
    assert done.exit_code == 0, done.output
    spec = exported(run)
    assert (field(spec)["max_length"], field(spec)["help"], field(spec, 1)["help"], field(spec, 2)["help"]) == (
        60, "new", "x", "y",
    )  # fmt: skip
    assert run("apply", file, "--yes", "--base", "1", "--choose", f"{place}=mine").exit_code == 0
    assert field(exported(run))["max_length"] == 50


def test_the_base_can_be_said(run: Any, installed: Path, changed: Any) -> None:
    here(run, changed, installed, lambda spec: field(spec, 1).update(help="hot fix"))
    file = changed(installed, lambda spec: field(spec).update(help="other"))
    data = json.loads(run("plan", file, "--json", "--base", "2").stdout)
    assert len(data["differences"]) == 2, "made from what is here, it takes the hot fix out"
    assert data["ancestor"] == {"how": "said", "revision": 2, "unseen": []}
    for base in (installed, "1"):
        data = json.loads(run("plan", file, "--json", "--base", base).stdout)
        assert [each["at"] for each in data["differences"]] == ["forms.note.fields.text.help"]


def test_an_old_file_takes_nothing_back(run: Any, installed: Path, changed: Any) -> None:
    here(run, changed, installed, lambda spec: field(spec, 1).update(help="hot fix"))
    assert run("plan", installed).exit_code == 0
    assert run("apply", installed, "--yes").exit_code == 0
    assert field(exported(run), 1)["help"] == "hot fix"


def test_a_red_test_is_not_applied(run: Any, installed: Path, changed: Any) -> None:
    file = changed(installed, lambda spec: field(spec, 2).update(value="count * 3"))
    done = run("apply", file, "--yes")
    assert done.exit_code == 1
    assert "1 test failed: doubles" in done.stderr
    assert field(exported(run), 2)["value"] == "count * 2"
