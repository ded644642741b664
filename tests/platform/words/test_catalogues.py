"""Every sentence stands in both languages, with the same parameters and each language's own punctuation."""

import re

import pytest

from dougong.words import entries

PARAMETER = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
HAN = "[\u3400-\u9fff]"
ASCII_IN_ZH = re.compile(rf"{HAN}[,;:?!()]|{HAN}\.(?:\s|$)|[,;:?!()]{HAN}|\.\.\.")
SCOLDING = re.compile("(?<!申)请(?![求假款购示])|抱歉|对不起|哎呀|非法|无效")


def flat(name: str, text: str) -> list[tuple[str, entries.Entry]]:
    found = []
    for key, entry in entries.parse(text, name).items():
        found.append((key, entry))
        if entry.remedy:
            found.append((f"{key}.remedy", entry.remedy))
    return found


@pytest.mark.parametrize(("name", "text"), list(entries.files()), ids=lambda value: value[:24].split("\n")[0])
def test_a_catalogue_is_complete_and_well_written(name: str, text: str) -> None:
    wrong = []
    for key, entry in flat(name, text):
        asked = set(PARAMETER.findall(entry.zh))
        if set(PARAMETER.findall(entry.en)) != asked:
            wrong.append(f"{key}: zh and en take different parameters")
        if entry.en_one and set(PARAMETER.findall(entry.en_one)) - asked:
            wrong.append(f"{key}: en_one takes a parameter of its own")
        if found := CJK.search(entry.en + entry.en_one):
            wrong.append(f"{key}: {found[0]!r} in English")
        if found := ASCII_IN_ZH.search(entry.zh):
            wrong.append(f"{key}: {found[0]!r} needs full-width punctuation")
        if found := SCOLDING.search(entry.zh):
            wrong.append(f"{key}: {found[0]!r} is not our voice")
    assert not wrong, f"{name}:\n  " + "\n  ".join(wrong)


def test_no_key_is_said_twice() -> None:
    assert entries.known()


def test_an_entry_without_both_languages_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"x\.toml: a\.b needs zh and en"):
        entries.parse('["a.b"]\nzh = "只有中文"', "x.toml")
    with pytest.raises(ValueError, match=r"a\.b\.remedy"):
        entries.parse('["a.b"]\nzh = "一"\nen = "One"\n["a.b".remedy]\nzh = "二"', "x.toml")
    with pytest.raises(ValueError, match=r"x\.toml: a"):
        entries.parse('[a.b]\nzh = "没有引号的键"\nen = "an unquoted key nests"', "x.toml")
