"""The import arrows: rooms import downward only, houses only the platform, and libraries only where they belong."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSES = {"dougong": "platform", "dougong_builder": "builder", "dougong_runtime": "runtime"}

# from the ground up; rooms on one line do not know each other
ORDER = (
    ("errors",), ("config", "clock"), ("formulas",), ("fields",), ("words",), ("spec",), ("forms",), ("db",), ("files",),
    ("people",), ("tables",), ("access",), ("records",), ("audit", "outbox"), ("exchange",), ("flows",), ("reports",),
    ("apps",), ("drafts",), ("plans",), ("trials",), ("web", "compose"), ("pages", "demo", "wsgi"), ("cli",), ("__main__",),
)  # fmt: skip
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
FLASK = {"flask", "werkzeug", "flask_wtf", "flask_htmx"}
FLASK_ROOMS = {"web", "wsgi", "pages"}
ENGINE = {"sqlalchemy", "alembic", "psycopg"}
ENGINE_ROOMS = {
    "formulas", "db", "files", "people", "access", "tables", "records", "audit", "outbox", "flows", "reports", "apps",
    "demo", "trials", "drafts", "plans",
}  # fmt: skip

# imports inside functions: (module, what), each with its reason
LATE = {
    ("dougong.cli.serve", "gunicorn.app.base"),  # gunicorn is absent on Windows, where the other commands work
}


def modules() -> Iterator[tuple[str, Path]]:
    for package, folder in HOUSES.items():
        for path in sorted((ROOT / folder / package).rglob("*.py")):
            inside = path.relative_to(ROOT / folder).with_suffix("")
            yield ".".join(part for part in inside.parts if part != "__init__"), path


MODULES = dict(modules())


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def imports(tree: ast.AST, top: bool = True) -> Iterator[tuple[str, int, bool]]:
    """Name, line and whether at the top of the module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports name their package"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, node.lineno, top) for name in names if name in MODULES)
            if not all(name in MODULES for name in names):  # something the package itself holds
                yield node.module or "", node.lineno, top
        else:
            inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports(node, top and not inner)


FOUND = {name: list(imports(ast.parse(path.read_text(encoding="utf-8")))) for name, path in MODULES.items()}


def room(name: str) -> str | None:
    """The room of a module of the platform."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "dougong" and rest else None


def test_every_room_has_its_place() -> None:
    unknown = {each for name in MODULES if (each := room(name)) and each not in LEVEL}
    assert not unknown, f"say in ORDER where they stand: {sorted(unknown)}"


def test_rooms_import_downward_only() -> None:
    wrong = []
    for name, found in FOUND.items():
        here = room(name)
        for target, line, _ in found:
            there = room(target)
            if not here or not there or here == there:
                continue
            if LEVEL[there] >= LEVEL[here]:
                wrong.append(f"{name}:{line} imports {target}")
    assert not wrong, "\n".join(wrong)


def test_houses_import_the_platform_and_never_each_other() -> None:
    wrong = []
    for name, found in FOUND.items():
        allowed = {"dougong", name.partition(".")[0]}
        for target, line, _ in found:
            package = target.partition(".")[0]
            if package in HOUSES and package not in allowed:
                wrong.append(f"{name}:{line} imports {target}")
    assert not wrong, "\n".join(wrong)


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = {
        name: {target for target, _, _ in found if target in MODULES and target != name}
        for name, found in FOUND.items()
    }
    # a package's __init__ gathers its own modules: importing the package from inside it would be the circle
    done: set[str] = set()
    trail: list[str] = []

    def visit(name: str) -> None:
        if name in trail:
            pytest.fail("a circle: " + " → ".join([*trail[trail.index(name) :], name]))
        if name in done:
            return
        trail.append(name)
        for target in sorted(graph[name]):
            visit(target)
        trail.pop()
        done.add(name)

    for name in sorted(graph):
        visit(name)


def test_no_import_hides_in_a_function() -> None:
    late = {(name, target) for name, found in FOUND.items() for target, _, top in found if not top}
    assert not late - LATE, sorted(late - LATE)
    assert not LATE - late, f"no longer needed: {sorted(LATE - late)}"


@pytest.mark.parametrize(
    ("libraries", "rooms"), [(FLASK, FLASK_ROOMS), (ENGINE, ENGINE_ROOMS)], ids=["flask", "engine"]
)
def test_libraries_stay_in_their_rooms(libraries: set[str], rooms: set[str]) -> None:
    wrong = []
    for name, found in FOUND.items():
        here = room(name)
        if here is None and libraries is FLASK:
            continue  # the builder and the runtime answer requests
        if here in rooms:
            continue
        wrong += [f"{name}:{line} imports {t}" for t, line, _ in found if t.partition(".")[0] in libraries]
    assert not wrong, "\n".join(wrong)


def test_the_scan_sees_what_it_should() -> None:
    sample = "import a.b\nfrom c import d\ndef f():\n    import e\nif x:\n    import g\n"
    assert [(n, top) for n, _, top in imports(ast.parse(sample))] == [
        ("a.b", True), ("c", True), ("e", False), ("g", True),
    ]  # fmt: skip
    assert len(MODULES) > 20
