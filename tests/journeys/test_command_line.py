"""The command line as a person uses it, from an empty folder to a served installation, in processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SPECS = Path(__file__).resolve().parents[2] / "app_specs"
CLAIM = {
    "purpose": "展会", "trip": False,
    "lines": [{"spent_on": "2026-01-05", "category": "meals", "description": "工作餐", "amount": "88.50"}],
}  # fmt: skip


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    """Run ``dougong`` in the test's own folder; settings come from its ``dougong.toml``."""
    (tmp_path / "dougong.toml").write_text('data = "store"\nargon2_time_cost = 1\n', encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("DOUGONG_")}

    class Shell:
        folder = tmp_path
        environment = env | {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}

        def __call__(self, *words: object, status: int = 0, input: str = "") -> str:
            done = subprocess.run(
                [sys.executable, "-m", "dougong.cli", *map(str, words)], cwd=tmp_path, env=self.environment, input=input,
                capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
            )  # fmt: skip
            assert done.returncode == status, done.stdout + done.stderr
            assert "Traceback" not in done.stderr
            return done.stdout if status == 0 else done.stderr

        @contextmanager
        def served(self, *words: str) -> Iterator[tuple[str, str]]:
            """The address of a server and what it said first; it is stopped as a service manager would."""
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            command = [sys.executable, "-m", "dougong.cli", "serve", "--port", str(port), "--workers", "1", *words]
            server = subprocess.Popen(
                command,
                cwd=tmp_path,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            try:
                assert server.stdout is not None
                first = server.stdout.readline()
                url = f"http://127.0.0.1:{port}"
                wait_for(url)
                yield url, first
            finally:
                server.send_signal(signal.SIGTERM)
                assert server.wait(30) == 0
                assert server.stdout is not None
                server.stdout.close()

    return Shell()


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            assert get(f"{url}/healthz")[0] == 200
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer")


def get(url: str, body: Any = None, token: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_from_nothing_to_a_record_over_the_api(shell: Any) -> None:
    said = shell("init")
    assert "administrator is admin" in said
    files = [SPECS / f"{name}.json" for name in ("mdm", "purchase", "expense")]
    shell("org", SPECS / "org" / "demo.json")
    assert shell("check", *files).count("no problems") == 3
    assert shell("import", *files, "--publish").count("revision 1") == 3
    assert [line.split()[0] for line in shell("apps").splitlines()] == ["expense", "mdm", "purchase"]
    assert "Loaded 25 records" in shell("load", "mdm.supplier", SPECS / "mdm" / "supplier.csv", "--history")
    assert "would be loaded" in shell(
        "load", "purchase.request", SPECS / "purchase" / "request.csv", "--history", "--dry-run"
    )
    (shell.folder / "claim.json").write_text(json.dumps(CLAIM), encoding="utf-8")
    made = json.loads(shell("submit", "expense.claim", "--as", "zhang", "--values", "claim.json"))
    assert (made["status"], made["values"]["total"]) == ("running", "88.50")
    token = shell("token", "zhang").strip().rpartition(" ")[2]
    shell("user", "password", "li", "--password-stdin", input="correct horse battery\n")
    with shell.served() as (url, first):
        assert first.strip() == f"Serving on {url}"
        status, body = get(f"{url}/api/v1/apps/expense/claim/records", token=token)
        assert (status, [each["id"] for each in json.loads(body)["records"]]) == (200, [made["id"]])
        status, body = get(f"{url}/api/v1/apps/expense/claim/records", {"values": CLAIM}, token)
        assert (status, json.loads(body)["values"]["total"]) == (201, "88.50")
    shell("user", "disable", "zhang")
    assert "no person" in shell("submit", "expense.claim", "--as", "nobody", "--values", "claim.json", status=1)
    assert (shell.folder / "store" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_server_over_an_empty_folder_answers(shell: Any) -> None:
    with shell.served() as (url, _):
        status, body = get(f"{url}/")
        assert (status, b"<form" in body) == (200, True), "nobody can sign in yet, and the page says so as any other"
        assert get(f"{url}/api/v1/apps/x/y/records")[0] == 401
        assert get(f"{url}/nothing")[0] in (401, 404)
        said = shell("init")
        assert "administrator" in said
    assert "already" in shell("init", status=1)


def test_what_goes_wrong_is_words_and_status_1(shell: Any) -> None:
    assert "no app “none”" in shell("export", "none", status=1)
    assert "no file" in shell("check", "none.json", status=1)
    assert "folder" in shell("load", "a.b", ".", status=1)
    (shell.folder / "dougong.toml").write_text('colour = "red"', encoding="utf-8")
    assert "setting is wrong" in shell("apps", status=1)
    assert "setting is wrong" in shell("serve", status=1)


def test_the_demo_from_one_command(shell: Any) -> None:
    said = shell("demo", "--no-serve")
    login, password = next(line.split()[:2] for line in said.splitlines() if line.startswith("    zhang"))
    assert login == "zhang"
    assert password in shell("demo", "--no-serve")
    assert shell("test", *sorted(SPECS.glob("*.json"))).splitlines()[-1].endswith("0 failed")
