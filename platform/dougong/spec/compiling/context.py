"""What every part of the second stage works with: the app, the other apps, the faults found so far."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dougong.fields.base import LocalText
from dougong.fields.wording import every_wording
from dougong.formulas import Formula, Scope, Type, compile
from dougong.spec import model
from dougong.spec.compiling.faults import Faults
from dougong.spec.nearest import clipped
from dougong.spec.positions import Path

Others = Callable[[str], model.App | None]
"""Another app by its key."""


@dataclass(frozen=True, slots=True)
class Context:
    """One compiling of one app."""

    app: model.App
    others: Others
    faults: Faults = field(default_factory=Faults)

    def formula(self, path: Path, text: str, scope: Scope, want: Type | None, sql: bool = False) -> Formula | None:
        """The formula at ``path``, or None when it has faults; ``sql``: it must also work as a SQL expression."""
        made, problems = compile(text, scope, want)
        for problem in problems:
            self.faults.formula(path, problem)
        refused = made.sql_problem() if made is not None and sql else None
        if refused is not None:
            self.faults.formula(path, refused)
            return None
        return made

    def unique(self, keyed: Iterable[tuple[Path, str]]) -> None:
        """Every key once; ``keyed`` are the paths of things with keys."""
        seen: set[str] = set()
        for path, key in keyed:
            if key in seen:
                self.faults.add((*path, "key"), "spec.key_twice", key=key)
            seen.add(key)

    def titled(self, path: Path, title: LocalText) -> None:
        """A title that people will look for."""
        self.said((*path, "title"), title, "spec.title_missing")

    def said(self, path: Path, text: LocalText, code: str) -> None:
        """A text that has words in some language."""
        if not any(wording.strip() for wording in every_wording(text)):
            self.faults.add(path, code)

    def form(self, ref: str) -> model.Form | None:
        """The form ``app.form``, here or in another app."""
        app_key, _, form_key = ref.partition(".")
        app = self.app if app_key == self.app.app.key else self.others(app_key)
        return next((form for form in app.forms if form.key == form_key), None) if app else None

    def no_form(self, path: Path, ref: str) -> None:
        """Say that ``app.form`` is none: the app is missing, or it has no such form."""
        app_key = ref.partition(".")[0]
        app = self.app if app_key == self.app.app.key else self.others(app_key)
        if app is None:
            self.faults.add(path, "spec.no_such_app", name=clipped(app_key))
        else:
            self.faults.unknown(path, "spec.no_such_form", ref, [f"{app_key}.{form.key}" for form in app.forms])
