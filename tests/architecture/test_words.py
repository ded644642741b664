"""Words: every code a room raises has its sentence, and no room but the catalogue holds sentences in Chinese."""

import ast
from collections.abc import Iterator
from pathlib import Path

from dougong import words

ROOT = Path(__file__).resolve().parents[2]
RAISERS = {
    "Problem", "Invalid", "Forbidden", "NotFound", "Conflict", "TooLarge", "TooMany", "Busy", "SignInNeeded",
    "Misconfigured", "notice", "say",
}  # fmt: skip


def codes(path: Path) -> Iterator[tuple[str, int]]:
    """Codes given as plain text to something that carries one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if name in RAISERS and isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
            yield first.value, node.lineno


def test_every_code_has_its_sentence() -> None:
    known = words.keys()
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {code}"
        for folder in ("platform", "builder", "runtime")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for code, line in codes(path)
        if code not in known
    ]
    assert not wrong, "no words for:\n" + "\n".join(wrong)
