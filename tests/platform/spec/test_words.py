"""Every code this room can raise has words in both languages, with the parameters it is raised with."""

import re
from pathlib import Path
from typing import Any

from dougong import spec, words
from dougong.spec.check import check

ROOM = Path(str(spec.__file__)).parent


def raised() -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    return set(re.findall(r'"(spec\.[a-z0-9_]+)"', text)) - {"spec.toml"}


def test_every_code_has_words_and_every_entry_a_code() -> None:
    known = set(filter(lambda key: key.startswith("spec."), words.keys()))
    assert raised() == known


def test_sentences_are_complete(purchase_text: str) -> None:
    broken: list[Any] = [
        purchase_text.replace(old, new)
        for old, new in [
            ("supplier", "suplier"), ("50000", "limit"), ('"1/2"', '"1/4"'), ("buyer", "Buyer"), ("{0000}", "{x}"),
            ("COUNT_RECORDS()", "COUNT_RECORDS("), ("2026-03-02T09", "2026-13-02T09"), ('"min_rows": 1', '"min_rows": -1'),
            ("by_month", "spend"), ('"number"', '"title"'), ("{", "["), ("SUM(lines.subtotal)", "SUM(total)"),
        ]
    ]  # fmt: skip
    seen = set()
    for text in broken:
        for problem in check(text)[1]:
            seen.add(problem.code)
            for language in words.LANGUAGES:  # a missing parameter raises KeyError in tests
                assert "{" not in words.sentence(problem, language).replace("{x}", "").replace("{ [", "")
                words.remedy(problem, language)
    assert len(seen) >= 10
