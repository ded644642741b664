"""The shape of the checkout: no package where none may be, small modules that say what they are, clean files."""

import ast
import platform
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for folder in ("platform", "builder", "runtime")
    for path in (ROOT / folder).rglob("*.py")
    if path.stat().st_size
)
LINES = 300
"""Of a module; a database revision lists its tables in one go and is left out."""


def test_platform_is_the_standard_library_s() -> None:
    assert Path(platform.__file__).name == "platform.py"
    assert platform.system()
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not (ROOT / "__init__.py").exists()
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_module_opens_with_a_sentence() -> None:
    wrong = []
    for path in SOURCES:
        first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
        if not first or not (first[0].isupper() or first[0] == "`") or not first.rstrip().endswith((".", ":", "?")):
            wrong.append(f"{path.relative_to(ROOT)}: {first[:60]!r}")
    assert not wrong, "\n".join(wrong)


def test_modules_are_small() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not [
        f"{path.relative_to(ROOT)}: {length}"
        for path, length in lengths.items()
        if length > LINES and "versions" not in path.parts
    ]


def tracked() -> list[Path]:
    """Files under version control or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name and (ROOT / name.decode()).is_file()]


# spelt in pieces, so that this file does not find itself
HOSTS = (
    "pypi|.org",
    "files.python|hosted",
    "registry.npm|js",
    "npm|mirror",
    "tuna.tsing|hua",
    "mirrors.ali|yun",
    "unpkg|.com",
)
HOMES = ("ro|ot", r"ho|me/\w+", r"Use|rs/\w+", "wo|rk")
FOREIGN = {
    "a package registry": re.compile("|".join(re.escape(host.replace("|", "")) for host in HOSTS)),
    "a machine's own path": re.compile(rf"(?<![\w.])/(?:{'|'.join(home.replace('|', '') for home in HOMES)})/"),
}


def test_no_file_names_a_registry_or_a_machine_s_path() -> None:
    wrong = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{path.relative_to(ROOT)} names {what}: {m[0]}" for what, p in FOREIGN.items() if (m := p.search(text))
        ]
    assert not wrong, "\n".join(wrong)


def test_third_party_files_are_never_committed() -> None:
    kept = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert not [name for name in kept if name.startswith(("static/vendor/", "static/built/", "node_modules/"))]
    assert not [name for name in kept if name.endswith(".min.js")]


def test_style_sheets_and_scripts_keep_their_budget() -> None:
    import gzip

    for folder, kind, budget in (("css", "css", 16), ("js", "js", 8), ("builder", "css", 12), ("builder", "js", 12)):
        text = b"".join(path.read_bytes() for path in sorted((ROOT / "static" / folder).glob(f"*.{kind}")))
        packed = len(gzip.compress(text, mtime=0))
        assert 0 < packed <= budget * 1024, f"{folder}/*.{kind}: {packed} bytes packed, {budget} KB are allowed"
