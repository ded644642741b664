"""The kinds of value a formula knows, and the typed names it may use."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Kind(enum.Enum):
    """What a value is; ``ANY`` is only the kind of a name that failed to compile, and agrees with everything."""

    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DURATION = "duration"
    LIST = "list"
    RECORD = "record"
    PERSON = "person"
    DEPARTMENT = "department"
    FILE = "file"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Type:
    """A kind with what it needs to be exact.

    ``item``: of a LIST, the type of its items. ``form``: of a RECORD, ``app.form``; of a LIST of sub-table rows, the
    key of the sub-table. ``exact``: a TEXT that compares letter by letter (choices, statuses) instead of by fold key.
    ``scale``: decimals of a stored NUMBER, None when computed.
    """

    kind: Kind
    item: "Type | None" = None
    form: str | None = None
    exact: bool = False
    scale: int | None = None


TEXT = Type(Kind.TEXT)
EXACT_TEXT = Type(Kind.TEXT, exact=True)
NUMBER = Type(Kind.NUMBER)
BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)
TIME = Type(Kind.TIME)
DATETIME = Type(Kind.DATETIME)
PERSON = Type(Kind.PERSON)
DEPARTMENT = Type(Kind.DEPARTMENT)
ANY = Type(Kind.ANY)


def list_of(item: Type) -> Type:
    """The type of a list whose items are ``item``."""
    return Type(Kind.LIST, item=item)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names a formula may use: key → type. ``rows`` holds the scope of each sub-table, for ``lines.price``.

    In a record ``lines.price`` is a LIST of the column's type. Inside a row its neighbours are names of the scope, and
    ``outer`` is the record's scope. In a metric every bare field is a LIST of its column over the rows of the source.
    """

    names: Mapping[str, Type]
    rows: Mapping[str, "Scope"] = field(default_factory=dict)
    outer: "Scope | None" = None

    def lookup(self, name: str) -> Type | None:
        """The type of a bare name, here or further out, or None."""
        found = self.names.get(name)
        if found is None and self.outer is not None:
            return self.outer.lookup(name)
        return found

    def row_scope(self, name: str) -> "Scope | None":
        """The scope of the sub-table ``name``, here or further out, or None."""
        found = self.rows.get(name)
        if found is None and self.outer is not None:
            return self.outer.row_scope(name)
        return found

    def all_names(self) -> list[str]:
        """Every name that could have been meant, for a remedy."""
        own = [*self.names, *(f"{table}.{column}" for table, scope in self.rows.items() for column in scope.names)]
        return own + (self.outer.all_names() if self.outer else [])
