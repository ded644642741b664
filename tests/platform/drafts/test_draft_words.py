"""Every code this room raises or names a step with has its sentence, and every sentence is used."""

import re
from pathlib import Path

import dougong.drafts
from dougong import words

CODE = re.compile(r'"(drafts\.[a-z_.]+)"')
SAID_ELSEWHERE = {"drafts.undo", "drafts.redo", "drafts.undone", "drafts.redone"}  # put before a step by the page


def test_codes_and_sentences_are_the_same() -> None:
    folder = Path(dougong.drafts.__file__).parent
    raised = {code for path in folder.glob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}
    known = {key for key in set(words.keys()) if key.startswith("drafts.")}
    plain = {key for key in known if not key.startswith("drafts.step.") and not key.endswith(".remedy")}
    assert raised - known == set()
    assert plain - raised == SAID_ELSEWHERE
