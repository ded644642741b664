"""The two databases formulas are asked on."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent


def _load(name: str) -> None:
    """Make a file beside the tests importable by its name; there are no packages under tests."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _HERE / f"{name.removeprefix('formula_')}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)


_load("formula_engines")
_load("formula_strategies")


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Any]:
    from formula_engines import Engine

    engine = Engine("sqlite://")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def postgres(pg_url: str) -> Iterator[Any]:
    from formula_engines import Engine

    engine = Engine(pg_url)
    yield engine
    engine.close()
