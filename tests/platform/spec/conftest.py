"""Specs that the tests of this folder start from."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dougong.spec.check import check
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import App
from dougong.spec.parse import parse

HERE = Path(__file__).parent
Spec = dict[str, Any]


@pytest.fixture(scope="session")
def purchase_text() -> str:
    return (HERE / "purchase.json").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def mdm() -> App:
    app = parse((HERE / "mdm.json").read_bytes()).app
    assert app is not None
    return app


@pytest.fixture(scope="session")
def others(mdm: App) -> Callable[[str], App | None]:
    return lambda key: mdm if key == "mdm" else None


@pytest.fixture
def purchase(purchase_text: str) -> Spec:
    spec: Spec = json.loads(purchase_text)
    return spec


@pytest.fixture
def compiled(others: Callable[[str], App | None]) -> Callable[[Spec], CompiledApp]:
    """Compile a spec given as plain values; it must be well-formed."""

    def of(spec: Spec) -> CompiledApp:
        app, problems = check(json.dumps(spec, ensure_ascii=False, indent=2), "a.json", others)
        assert app is not None, problems
        return app

    return of


@pytest.fixture
def found(others: Callable[[str], App | None]) -> Callable[[Spec], list[tuple[str, str]]]:
    """All problems of a spec, as code and place."""

    def of(spec: Spec) -> list[tuple[str, str]]:
        _, problems = check(json.dumps(spec, ensure_ascii=False, indent=2), "a.json", others)
        return [(problem.code, problem.at) for problem in problems]

    return of


@pytest.fixture
def form_spec() -> Callable[..., Spec]:
    """A small spec of one form ``f`` with the given fields and whatever else the form has."""

    def of(*fields: Spec, **form: Any) -> Spec:
        titled = [{"title": "T", **field} for field in fields]
        one = {"key": "f", "title": "F", "fields": titled, **form}
        return {"dougong": 1, "app": {"key": "a", "title": "A"}, "forms": [one]}

    return of
