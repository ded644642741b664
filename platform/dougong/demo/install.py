"""Installing the demo, as far as it is not there yet."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from dougong.apps import publish_files
from dougong.apps.order import referred
from dougong.compose import Composition
from dougong.db import Tx
from dougong.demo.approvals import begin, planned
from dougong.exchange import Sheet, load_table, read_table
from dougong.people import passwords
from dougong.people.accounts import find_person, set_password
from dougong.people.actor import load_actor
from dougong.people.org_file import apply_org
from dougong.people.tables import person
from dougong.spec.parse import parse
from dougong.words import say

Told = Callable[[str], None]
PASSWORDS = "demo-passwords.json"


def specs_folder() -> Path:
    """Where the shipped apps are: inside the package in a wheel, at the top of a checkout."""
    here = Path(__file__).resolve()
    inside = here.parents[1] / "app_specs"
    return inside if inside.is_dir() else here.parents[3] / "app_specs"


def install_demo(composition: Composition, told: Told, language: str) -> dict[str, tuple[str, str]]:
    """Bring the demo in, as far as it is not there yet; returns login → (name, password)."""
    folder = specs_folder()
    organisation = (folder / "org" / "demo.json").read_text(encoding="utf-8")
    composition.database.write(lambda tx: apply_org(tx, organisation, "demo.json"))
    composition.refresh()
    told(say("demo.organisation", language))
    accounts = _passwords(composition)
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    for app in composition.database.write(lambda tx: publish_files(tx, texts, "command", "demo")):
        told(say("demo.app", language, app=app.key, number=app.number))
    for path in ordered_data(folder):
        form = f"{path.parent.name}.{path.stem}"
        count, approvals = _load(composition, form, read_table(path))
        if count:
            told(say("demo.data", language, form=form, count=count))
        if approvals:
            told(say("demo.approvals", language, form=form, count=approvals))
    return accounts


def ordered_data(folder: Path) -> list[Path]:
    """``<app>/<form>.csv`` of every shipped app, in the order of apps by reference and of forms in their spec."""
    left = {p.stem: app for p in sorted(folder.glob("*.json")) if (app := parse(p.read_bytes(), p.name).app)}
    paths: list[Path] = []
    while left:
        free = next((key for key in left if not (referred(left[key]) - {key}) & left.keys()), next(iter(left)))
        paths += [folder / free / f"{form.key}.csv" for form in left.pop(free).forms]
    return [path for path in paths if path.exists()]


def _load(composition: Composition, form: str, sheet: Sheet) -> tuple[int, int]:
    """Load sample data into a form that holds none yet, and begin its approvals; how many of each."""

    def work(tx: Tx) -> tuple[int, int]:
        admin = load_actor(tx, find_person(tx, "admin"))
        visit = composition.visit(tx, admin, "load")
        live = visit.forms.form(form)
        if tx.conn.execute(select(func.count()).select_from(live.physical.main.table)).scalar_one():
            return 0, 0
        plans = [plan for plan in planned() if plan.form == form]
        loaded = load_table(visit, live, sheet, history=True).records
        for plan in plans:
            begin(composition, tx, plan)
        return loaded, len(plans)

    return composition.database.write(work)


def _passwords(composition: Composition) -> dict[str, tuple[str, str]]:
    """Random passwords of people who have none yet; kept 0600 beside the data so that they can be shown again."""
    path = composition.settings.data / PASSWORDS
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    query = select(person.c.id, person.c.login, person.c.name, person.c.password_hash).where(
        person.c.active, person.c.id != 0
    )
    people = composition.database.read(lambda tx: tx.conn.execute(query.order_by(person.c.id)).all())
    fresh = {row.id: row.login for row in people if row.password_hash is None}
    kept |= {login: passwords.random_password() for login in fresh.values()}
    _keep(path, kept)  # before they count, so that none is ever lost
    for id, login in fresh.items():
        set_password(composition.database, composition.settings, id, kept[login])
    return {row.login: (row.name, kept[row.login]) for row in people if row.login in kept}


def _keep(path: Path, kept: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    os.chmod(path, 0o600)
    path.write_text(json.dumps(kept, indent=1, sort_keys=True))
