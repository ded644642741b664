"""The demo: sample organisation, every shipped app, their data, and people with random passwords."""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from dougong.apps import publish_files
from dougong.apps.order import referred
from dougong.compose import Composition
from dougong.exchange import load_table, read_table
from dougong.people.accounts import find_person, set_password
from dougong.people.actor import load_actor
from dougong.people.org_file import apply_org
from dougong.people.tables import person
from dougong.records import Visit
from dougong.spec.parse import parse
from dougong.words import say

Told = Callable[[str], None]
PASSWORDS = "demo-passwords.json"


def specs_folder() -> Path:
    """Where the shipped apps are: inside the package in a wheel, at the top of a checkout."""
    here = Path(__file__).resolve()
    inside = here.parent / "app_specs"
    return inside if inside.is_dir() else here.parents[2] / "app_specs"


def install_demo(composition: Composition, told: Told, language: str) -> dict[str, tuple[str, str]]:
    """Bring the demo in, as far as it is not there yet; returns login → (name, password)."""
    folder = specs_folder()
    organisation = (folder / "org" / "demo.json").read_text(encoding="utf-8")
    composition.database.write(lambda tx: apply_org(tx, organisation, "demo.json"))
    composition.refresh()
    told(say("demo.organisation", language))
    passwords = _passwords(composition)
    texts = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    for app in composition.database.write(lambda tx: publish_files(tx, texts, "command", "demo")):
        told(f"{say('demo.app', language, app=app.key)} v{app.number}")
    for path in ordered_data(folder):
        count = _load(composition, path)
        if count:
            told(say("demo.data", language, form=f"{path.parent.name}.{path.stem}", count=count))
    return passwords


def ordered_data(folder: Path) -> list[Path]:
    """``<app>/<form>.csv`` of every shipped app, in the order of apps by reference and of forms in their spec."""
    specs = {p.stem: app for p in sorted(folder.glob("*.json")) if (app := parse(p.read_bytes(), p.name).app)}
    keys = sorted(specs, key=lambda key: (len(referred(specs[key]) - {key}), key))
    paths = [folder / key / f"{form.key}.csv" for key in keys for form in specs[key].forms]
    return [path for path in paths if path.exists()]


def _load(composition: Composition, path: Path) -> int:
    """Load sample data into a form that holds none yet."""
    sheet = read_table(path)

    def work(visit: Visit) -> int:
        live = visit.forms.form(f"{path.parent.name}.{path.stem}")
        if visit.tx.conn.execute(select(func.count()).select_from(live.physical.main.table)).scalar_one():
            return 0
        return load_table(visit, live, sheet, history=True).records

    admin = composition.database.read(lambda tx: load_actor(tx, find_person(tx, "admin")))
    return composition.write(admin, "load", work)


def _passwords(composition: Composition) -> dict[str, tuple[str, str]]:
    """Random passwords of people who have none yet; kept 0600 beside the data so that they can be shown again."""
    path = composition.settings.data / PASSWORDS
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    query = select(person.c.id, person.c.login, person.c.name, person.c.password_hash).where(
        person.c.active, person.c.id != 0
    )
    people = composition.database.read(lambda tx: tx.conn.execute(query.order_by(person.c.id)).all())
    for row in people:
        if row.password_hash is None:
            kept[row.login] = secrets.token_urlsafe(9)
            set_password(composition.database, composition.settings, row.id, kept[row.login])
    composition.settings.data.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    os.chmod(path, 0o600)
    path.write_text(json.dumps(kept, indent=1, sort_keys=True))
    return {row.login: (row.name, kept[row.login]) for row in people if row.login in kept}
