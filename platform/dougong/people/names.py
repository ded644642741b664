"""Names as they compare and are searched: fold keys, and how Chinese names read in Latin letters."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

LOGIN = re.compile(r"[\w.@+-]{1,64}")
_PAIR = re.compile(r"(?P<name>.+?)\s*[(（](?P<login>[^()（）]+)[)）]\s*")

# Surnames that read otherwise than the same character does elsewhere; the first of two characters wins over one.
_SURNAMES = {
    "万俟": "moqi", "尉迟": "yuchi", "长孙": "zhangsun", "单于": "chanyu", "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie",
    "查": "zha", "朴": "piao", "区": "ou", "盖": "ge", "翟": "zhai", "覃": "qin", "缪": "miao", "乐": "yue", "员": "yun",
    "折": "she", "种": "chong", "秘": "bi", "黑": "he", "冼": "xian", "繁": "po", "逄": "pang",
}  # fmt: skip


def fold_login(login: str) -> str:
    """What two spellings of one login have in common: width, case, white space and unseen characters do not count."""
    wide = unicodedata.normalize("NFKC", login).casefold()
    return "".join(
        c for c in unicodedata.normalize("NFKC", wide) if not c.isspace() and unicodedata.category(c)[0] != "C"
    )


def fold_name(name: str) -> str:
    """What two spellings of one name have in common; runs of white space count as one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).replace("\x00", "")


def name_and_login(raw: str) -> tuple[str, str] | None:
    """``李强 (li)`` as its two halves, folded; None when it is not written so."""
    match = _PAIR.fullmatch(raw.strip())
    return (fold_name(match["name"]), fold_login(match["login"])) if match else None


def reading(name: str) -> tuple[str, str]:
    """How a name reads: in full (``zhangmin``) and by initials (``zm``); Latin words keep their letters."""
    head = next((part for part in (name[:2], name[:1]) if part in _SURNAMES and len(name) > len(part)), "")
    rest = lazy_pinyin(name[len(head) :], style=Style.NORMAL)
    full = [_SURNAMES[head], *rest] if head else rest
    # A surname of two characters has two initials; the second's own reading is never an odd one.
    first = [_SURNAMES[head][0], *(lazy_pinyin(c)[0][0] for c in head[1:])] if head else []
    first += [word[:1] for part in lazy_pinyin(name[len(head) :], style=Style.FIRST_LETTER) for word in part.split()]
    return _letters("".join(full)), _letters("".join(first))


def _letters(text: str) -> str:
    return "".join(fold_name(text).split())
