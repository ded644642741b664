"""A grant as one sentence: who may do what with which records, and which fields of them."""

import re

from dougong.spec import model
from dougong.spec.compiled import CompiledForm
from dougong.spec.system import statuses
from dougong_builder.bench import Bench
from dougong_builder.entries import value_title
from dougong_builder.form_who import who_said

_OWN = re.compile(r"\s*created_by\s*=\s*ME\(\)\s*", re.I)
_STATUS = re.compile(r'\s*status\s*=\s*"([a-z][a-z0-9_]*)"\s*')
MOST_NAMED = 6
"""How many fields a sentence names before it counts them."""


def sentence(bench: Bench, form: CompiledForm, grant: model.Grant) -> str:
    """``采购员可以查看、修改状态为“下单中”的记录，能看全部字段，只能改供应商``."""
    parts = [
        bench.say(
            "parts.grant",
            who=who_said(bench, form, grant.who),
            actions=actions(bench, grant),
            rows=rows(bench, form, grant),
        )
    ]
    if "read" in grant.can and grant.read is not None:
        parts.append(bench.say("parts.grant_reads", fields=named(bench, form, grant.read)))
    if {"edit", "create"} & set(grant.can) and grant.edit is not None:
        parts.append(bench.say("parts.grant_edits", fields=named(bench, form, grant.edit)))
    return bench.say("parts.comma").join(parts)


def actions(bench: Bench, grant: model.Grant) -> str:
    """``查看、修改``; what cannot be granted says so."""
    found = [value_title("can", each, bench.language) for each in grant.can]
    return bench.say("parts.listed", several=found) if found else bench.say("parts.nothing")


def rows(bench: Bench, form: CompiledForm, grant: model.Grant) -> str:
    """The records a grant is about; a rule we know how to say is said, any other is shown as it is written."""
    rule = " ".join(grant.rows.split())
    if not rule:
        return bench.say("parts.rows_all")
    if _OWN.fullmatch(rule):
        return bench.say("parts.rows_own")
    if match := _STATUS.fullmatch(rule):
        known = {each.key: bench.title(each.title, each.key) for each in statuses(form)}
        return bench.say("parts.rows_status", status=known.get(match[1], match[1]))
    return bench.say("parts.rows_where", rule=rule if len(rule) <= 80 else f"{rule[:80]}…")


def named(bench: Bench, form: CompiledForm, keys: tuple[str, ...] | None) -> str:
    """The fields by title, counted where they are many; ``全部字段`` for None."""
    if keys is None:
        return bench.say("change.all_fields")
    if not keys:
        return bench.say("parts.no_fields")
    if len(keys) > MOST_NAMED:
        return bench.say("parts.fields_count", n=len(keys))
    return bench.say("parts.listed", several=[bench.field_title(form, key) for key in keys])
