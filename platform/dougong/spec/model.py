"""The app spec as frozen typed objects, exactly as a file says it: nothing resolved, nothing judged."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dougong.fields import AnyNode
from dougong.fields.base import LocalText

FORMAT = 1
KEY = r"^[a-z][a-z0-9_]{0,47}$"
Key = Annotated[str, Meta(pattern=KEY)]
FormRef = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,47}\.[a-z][a-z0-9_]{0,47}$")]
RESERVED_APPS = frozenset({"new", "import"})
RESERVED_FORMS = frozenset({"reports", "records", "new", "lists"})
SYSTEM_FIELDS = (
    "id", "number", "status", "version", "revision", "created_by", "created_at", "updated_by", "updated_at", "department",
)  # fmt: skip
FIXED_STATUSES = ("draft", "running", "returned", "approved", "rejected", "withdrawn")
Action = Literal["create", "read", "edit", "delete", "export"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of every object of a spec."""


class AppHead(Part, frozen=True, kw_only=True):
    """Who the app is."""

    key: Key
    title: LocalText
    icon: str = "app-window"
    language: Literal["zh-CN", "en"] = "zh-CN"
    help: LocalText = ""


class Role(Part, frozen=True, kw_only=True):
    """A role that an organisation fills with people, app by app."""

    key: Key
    title: LocalText = ""


class Status(Part, frozen=True, kw_only=True):
    """A status of a form beside the fixed ones; ``tone`` colours its tag."""

    key: Key
    title: LocalText = ""
    tone: Literal["plain", "ok", "warn", "bad", "info"] = "info"


class Number(Part, frozen=True, kw_only=True):
    """How records are numbered: ``{YYYY} {YY} {MM} {DD}`` and one run of zeros ``{0000}`` in a pattern."""

    pattern: str
    reset: Literal["never", "year", "month", "day"] = "never"
    gapless: bool = False


class Who(Part, frozen=True, kw_only=True):
    """Whom a grant or a step means: exactly one of these is said."""

    role: str = ""
    people: tuple[str, ...] = ()
    department: str = ""
    supervisor_of: Literal["", "submitter"] = ""
    level: int = 1
    head_of: Literal["", "submitter"] = ""
    field: str = ""


Whom = Literal["everyone", "submitter"] | Who


class Check(Part, frozen=True, kw_only=True):
    """A sentence that must be true of a record: ``test`` is a formula, ``at`` the field its message stands at."""

    key: Key
    at: str = ""
    test: str
    message: LocalText


class Grant(Part, frozen=True, kw_only=True):
    """Who may do what with which rows and fields. ``read`` and ``edit`` name fields; absent means all of them."""

    key: Key
    who: Whom
    rows: str = ""
    can: tuple[Action, ...]
    read: tuple[str, ...] | None = None
    edit: tuple[str, ...] | None = None


FieldRight = Literal["read", "edit", "required", "hidden"]


class Step(Part, frozen=True, kw_only=True, tag_field="type"):
    """A step of a flow; its ``type`` says which kind."""

    key: Key
    title: LocalText = ""


class Deciding(Step, frozen=True, kw_only=True):
    """A step that opens tasks for people. ``nobody`` says what happens when no one is found."""

    who: Whom
    mode: Literal["any", "all", "order"] = "any"
    nobody: Literal["admin", "next_supervisor", "pass", "refuse"] = "admin"
    status: str = ""
    fields: dict[str, FieldRight] = {}
    allow_self: bool = False


class Approve(Deciding, frozen=True, kw_only=True, tag="approve"):
    """People say yes or no. ``reject`` applies to mode any; ``comment`` says when words are due."""

    reject: Literal["any_rejects", "all_must_reject"] = "any_rejects"
    comment: Literal["optional", "reject", "always"] = "reject"
    actions: tuple[Literal["approve", "reject", "return"], ...] = ("approve", "reject", "return")
    resubmit: Literal["rerun", "direct"] = "rerun"


class Handle(Deciding, frozen=True, kw_only=True, tag="handle"):
    """People do something and say done."""

    actions: tuple[Literal["done", "return"], ...] = ("done", "return")
    comment: Literal["optional", "return", "always"] = "return"


class Branch(Part, frozen=True, kw_only=True):
    """One way of a branching: taken when its condition is the first that holds."""

    key: Key
    title: LocalText = ""
    when: str
    steps: tuple["AnyStep", ...] = ()


class Branching(Step, frozen=True, kw_only=True, tag="branch"):
    """Ways by condition; ``otherwise`` is taken when none holds."""

    branches: tuple[Branch, ...]
    otherwise: tuple["AnyStep", ...]


AnyStep = Approve | Handle | Branching


class Flow(Part, frozen=True, kw_only=True):
    """What happens after submit: a tree of steps, in order."""

    key: Key
    title: LocalText = ""
    withdraw: Literal["until_decided", "while_running", "never"] = "until_decided"
    steps: tuple[AnyStep, ...]


class Form(Part, frozen=True, kw_only=True):
    """One form: what is filled in, who may, and what happens then. ``record_title`` is a text formula."""

    key: Key
    title: LocalText
    help: LocalText = ""
    record_title: str = ""
    number: Number | None = None
    statuses: tuple[Status, ...] = ()
    fields: tuple[AnyNode, ...] = ()
    checks: tuple[Check, ...] = ()
    access: tuple[Grant, ...] = ()
    flow: Flow | None = None
    was: tuple[str, ...] = ()


class Source(Part, frozen=True, kw_only=True):
    """The rows that metrics count."""

    key: Key
    title: LocalText = ""
    form: Key
    rows: str = ""


class Metric(Part, frozen=True, kw_only=True):
    """A number over the rows of a source: a formula whose functions reduce columns."""

    key: Key
    title: LocalText = ""
    source: str
    value: str
    unit: str = ""
    decimals: int | None = None


class Card(Part, frozen=True, kw_only=True):
    """What a list shows of a record on a phone: field keys."""

    title: str = ""
    lines: tuple[str, ...] = ()
    badge: str = ""
    amount: str = ""


class ListView(Part, frozen=True, kw_only=True):
    """A list of a form's records. ``sort`` keys start with ``-`` for descending; ``totals`` maps field to sum, …"""

    key: Key
    title: LocalText
    form: Key
    rows: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    totals: dict[str, Literal["sum", "average", "min", "max", "count"]] = {}
    card: Card | None = None


class Grouping(Part, frozen=True, kw_only=True):
    """One way of cutting rows into groups: a field, and for dates a grain."""

    key: Key
    field: str
    by: Literal["", "day", "week", "month", "quarter", "year"] = ""
    title: LocalText = ""


class Report(Part, frozen=True, kw_only=True):
    """Metrics by groups (down) and columns (across), as a table and a chart."""

    key: Key
    title: LocalText
    groups: tuple[Grouping, ...] = ()
    columns: tuple[Grouping, ...] = ()
    metrics: tuple[str, ...]
    chart: Literal["table", "bar"] = "bar"


class Expect(Part, frozen=True, kw_only=True):
    """What a test says must come out. ``errors`` are paths (``quote``, ``lines[0].item``); ``lists`` and ``metrics``
    map a key to record keys or numbers."""

    values: dict[str, Any] = {}
    errors: tuple[str, ...] | None = None
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()
    can: dict[str, bool] = {}
    route: tuple[str, ...] | None = None
    status: str = ""
    lists: dict[str, Any] = {}
    metrics: dict[str, Any] = {}


class TestPerson(Part, frozen=True, kw_only=True):
    """A person who exists only in a test."""

    supervisor: str = ""
    department: str = ""
    roles: tuple[str, ...] = ()


class Test(Part, frozen=True, kw_only=True):
    """An example that must hold: these people and records, this person, these values, this outcome."""

    key: Key
    title: LocalText = ""
    clock: str = ""
    people: dict[str, TestPerson] = {}
    records: dict[str, tuple[dict[str, Any], ...]] = {}
    person: str = msgspec.field(name="as", default="")
    form: str
    values: dict[str, Any] = {}
    expect: Expect


class App(Part, frozen=True, kw_only=True):
    """One app spec, whole."""

    dougong: int
    app: AppHead
    roles: tuple[Role, ...] = ()
    forms: tuple[Form, ...] = ()
    sources: tuple[Source, ...] = ()
    metrics: tuple[Metric, ...] = ()
    lists: tuple[ListView, ...] = ()
    reports: tuple[Report, ...] = ()
    tests: tuple[Test, ...] = ()
