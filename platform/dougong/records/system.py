"""The system fields of a form as fields: what lists filter, show and explain them with."""

from dougong.fields import Option
from dougong.fields.base import Field, LocalText
from dougong.fields.choice import Choice
from dougong.fields.department import Department
from dougong.fields.moment import DateTime
from dougong.fields.number import Number
from dougong.fields.person import Person
from dougong.fields.serial import Serial
from dougong.spec.compiled import CompiledForm
from dougong.spec.model import FIXED_STATUSES
from dougong.words import LANGUAGES, say


def both(key: str) -> LocalText:
    """A catalogue text in every language."""
    return {language: say(key, language) for language in LANGUAGES}


def system_field(key: str, form: CompiledForm) -> Field | None:
    """The field that stands for a system field, None for a key that is not one."""
    title = both(f"record.{key}") if key in _KINDS or key == "status" else ""
    if key == "status":
        return Choice(key=key, title=title, options=statuses(form))
    kind = _KINDS.get(key)
    return None if kind is None else kind(key=key, title=title)


def statuses(form: CompiledForm) -> tuple[Option, ...]:
    """Every status a record of the form can have, fixed ones first."""
    fixed = [Option(key=key, title=both(f"status.{key}")) for key in FIXED_STATUSES]
    return (*fixed, *(Option(key=status.key, title=status.title) for status in form.spec.statuses))


def status_tone(form: CompiledForm, status: str) -> str:
    """The tone its tag is coloured with."""
    own = {each.key: each.tone for each in form.spec.statuses}
    fixed = {"draft": "plain", "running": "info", "returned": "warn", "approved": "ok", "rejected": "bad"}
    return own.get(status) or fixed.get(status, "plain")


_KINDS: dict[str, type[Field]] = {
    "number": Serial, "created_by": Person, "updated_by": Person, "created_at": DateTime, "updated_at": DateTime,
    "department": Department, "version": Number, "revision": Number,
}  # fmt: skip
