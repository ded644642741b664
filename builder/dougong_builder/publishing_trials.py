"""The tests a draft carries, run before it may be published, each once for the same specs."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import Any

from dougong import words
from dougong.apps import Registry
from dougong.records import Visit
from dougong.spec.dump import dump
from dougong.spec.model import App
from dougong.trials import Outcome, run_tests

_KEPT = 40
_known: OrderedDict[str, tuple[Outcome, ...]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Tried:
    """One test: ``details`` say what was wanted and what came, nothing when it is green."""

    title: str
    green: bool
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trials:
    """Every test of a draft; ``ran`` is false where its problems keep them from being run."""

    ran: bool
    passed: int = 0
    failed: int = 0
    red: tuple[Tried, ...] = ()
    green: tuple[Tried, ...] = ()


def specs_around(visit: Visit, spec: App) -> dict[str, App]:
    """The specs that tests of ``spec`` may need: the published ones, and itself in place of its own."""
    registry = Registry(visit.tx)
    return {key: app for key in registry.numbers if (app := registry.spec(key)) is not None} | {spec.app.key: spec}


def outcomes(specs: Mapping[str, App], key: str) -> tuple[Outcome, ...]:
    """What came of the tests of ``key``, which has no problems; the same specs are tried once. No transaction of the
    database may be open: the tests have one of their own."""
    mark = sha256("\0".join(dump(specs[each]) for each in sorted(specs)).encode() + key.encode()).hexdigest()
    with _lock:
        if mark in _known:
            _known.move_to_end(mark)
            return _known[mark]
    found = tuple(run_tests(specs, [key]))
    with _lock:
        _known[mark] = found
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found


def trials(specs: Mapping[str, App], key: str, language: str) -> Trials:
    """The tests of ``key``, told in a language."""
    told = [_tried(each, language) for each in outcomes(specs, key)]
    red, green = tuple(each for each in told if not each.green), tuple(each for each in told if each.green)
    return Trials(True, len(green), len(red), red, green)


def _tried(outcome: Outcome, language: str) -> Tried:
    test = outcome.test
    differing = tuple(
        words.say("publish.test_differs", language, what=each.what, wanted=_shown(each.wanted), got=_shown(each.got))
        for each in outcome.differences
    )
    failed = tuple(" ".join(filter(None, (each.at, words.sentence(each, language)))) for each in outcome.problems)
    return Tried(words.title(test.title, language, test.key), outcome.green, differing + failed)


def _shown(value: Any) -> str:
    return dumps(value, ensure_ascii=False, default=str)
