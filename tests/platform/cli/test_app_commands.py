"""check, schema, import, export, apps: what they say, and what they end with."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator


def test_check_tells_every_problem_with_its_place(run: Any, spec: Any) -> None:
    file = spec(type="numbr", value="count * ", expect='{"values": {"dubble": "4"}}')
    done = run("check", file)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert f"{file}:8:" in done.stderr, "the field whose type is unknown"
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if '"type": "numbr"' in text)
    assert f"  {line} | " in done.stderr
    assert "^" in done.stderr
    assert "→" in done.stderr

    file = spec(value="count * nobody", expect='{"values": {"dubble": "4"}}')
    done = run("check", file)
    assert done.exit_code == 1
    assert "nobody" in done.stderr
    assert "dubble" in done.stderr
    assert "double" in done.stderr, "the nearest name is offered"
    assert "2 problems" in done.stderr
    assert "个问题" in run("check", file, language="zh-CN").stderr


def test_check_needs_no_database_and_knows_the_specs_beside(run: Any, spec: Any, tmp_path: Path) -> None:
    good, bad = spec(), spec("bad.json", key="bad", value="no such thing")
    assert run("check", good).output == f"{good}: no problems\n"
    assert run("check", good, bad).exit_code == 1
    assert run("check", good, good).output == f"{good}: no problems\n"
    assert not (tmp_path / "data").exists()
    (tmp_path / "copy.json").write_text(good.read_text().replace('"key": "note"', '"key": "other"'))
    assert run("check", good).exit_code == 0, "a copy beside it does not take its place"


def test_what_is_no_spec_is_told_in_words(run: Any, tmp_path: Path) -> None:
    for name, content in {
        "empty": b"", "binary": bytes(range(256)) * 50, "list": b"[]", "text": b'"x"', "half": b'{"dougong": 1, "app"',
        "deep": b"[" * 100_000, "nan": b'{"dougong": NaN}', "nul": b"\x00" * 1000, "utf16": "{}".encode("utf-16"),
        "huge": b'{"dougong": ' + b"9" * 10_000 + b"}", "big": b'{"a": "' + b"x" * (3 << 20) + b'"}',
    }.items():  # fmt: skip
        file = tmp_path / f"{name}.json"
        file.write_bytes(content)
        for words in (("check",), ("test",), ("import", "--publish")):
            done = run(*words, file)
            assert done.exit_code == 1, (name, words)
            assert file.name in done.stderr, (name, words, done.stderr)


def test_files_that_cannot_be_read(run: Any, tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    for words in (("check", missing), ("test", missing), ("import", "--publish", missing), ("org", missing)):
        done = run(*words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert done.stderr == f"There is no file {missing}\n"
        assert run(*words[:-1], tmp_path).stderr == f"{tmp_path} is a folder; a file is needed here\n"
    assert run("check", missing, language="zh-CN").stderr == f"没有 {missing} 这个文件\n"


def test_apps_are_imported_listed_and_exported(run: Any, spec: Any, tmp_path: Path) -> None:
    assert "No app has been published" in run("apps").output
    file = spec()
    assert run("import", file, "--publish").output == "tiny is published as revision 1\n"
    assert run("import", file, "--publish").output == "tiny is published as revision 1\n", "the same is no new revision"
    assert "Tiny" in run("apps").output
    out = tmp_path / "out.json"
    assert run("export", "tiny", "--output", out).exit_code == 0
    assert out.read_text(encoding="utf-8") == run("export", "tiny").stdout
    assert json.loads(out.read_text(encoding="utf-8"))["app"]["key"] == "tiny"
    assert run("import", out, "--publish").output == "tiny is published as revision 1\n"
    assert run("import", spec(value="count * 3"), "--publish").output == "tiny is published as revision 2\n"
    assert run("export", "tiny", "--output", tmp_path).exit_code == 1
    assert run("export", "none").stderr == "There is no app “none”\n"


def test_import_is_all_or_none(run: Any, spec: Any) -> None:
    done = run("import", "--publish", spec(), spec("bad.json", key="bad", value="nobody + 1"))
    assert done.exit_code == 1
    assert "nobody" in done.stderr
    assert "No app has been published" in run("apps").output


def test_schemas(run: Any, spec: Any) -> None:
    schema = json.loads(run("schema").stdout)
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(json.loads(spec().read_text()))
    run("import", spec(), "--publish")
    records = json.loads(run("schema", "tiny.note").stdout)
    Draft202012Validator.check_schema(records)
    assert set(records["properties"]) == {"text", "count", "double"}
    for form in ("tiny", "tiny.none", "none.note", ".", ""):
        assert run("schema", form).exit_code == 1, form
