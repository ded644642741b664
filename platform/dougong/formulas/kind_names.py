"""The kinds as people read them, for the parameters of problems."""

from collections.abc import Iterable

from dougong.formulas.kinds import Kind, Type

_NAMES = {
    Kind.BLANK: ("空白", "blank"),
    Kind.TEXT: ("文本", "text"),
    Kind.NUMBER: ("数字", "a number"),
    Kind.BOOLEAN: ("是/否", "yes/no"),
    Kind.DATE: ("日期", "a date"),
    Kind.TIME: ("时间", "a time"),
    Kind.DATETIME: ("日期时间", "a date and time"),
    Kind.DURATION: ("时长", "a duration"),
    Kind.LIST: ("列表", "a list"),
    Kind.RECORD: ("记录", "a record"),
    Kind.PERSON: ("成员", "a person"),
    Kind.DEPARTMENT: ("部门", "a department"),
    Kind.FILE: ("附件", "a file"),
    Kind.ANY: ("任意值", "any value"),
}
Words = dict[str, str]


def kind_name(given: Type) -> Words:
    """``{"zh-CN": "数字", "en": "a number"}``; a list tells what it is a list of."""
    zh, en = _NAMES[given.kind]
    if given.kind is Kind.LIST and given.item is not None and given.item.kind is not Kind.ANY:
        item = kind_name(given.item)
        return {
            "zh-CN": f"{zh}（{item['zh-CN']}）",
            "en": f"{en} ({item['en'].removeprefix('a ').removeprefix('an ')})",
        }
    return {"zh-CN": zh, "en": en}


def kinds_name(kinds: Iterable[Kind]) -> Words:
    """Several kinds, any of which would do."""
    ordered = [_NAMES[kind] for kind in Kind if kind in set(kinds)]
    return {"zh-CN": "或".join(zh for zh, _ in ordered), "en": " or ".join(en for _, en in ordered)}
