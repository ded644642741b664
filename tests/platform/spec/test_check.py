"""Both stages together, told as plain text."""

from collections.abc import Callable

from dougong.errors import Problem
from dougong.spec.check import check, report
from dougong.spec.model import App

TEXT = """{
  "dougong": 1,
  "app": {"key": "a", "title": "采购"},
  "roles": [{"key": "x", "titel": "采购员"}]
}
"""


def test_a_report_shows_where_what_and_how_to_mend_it() -> None:
    app, (problem,) = check(TEXT, "a.json")
    assert app is None
    assert report(problem, TEXT, "en") == (
        "a.json:4:26 · roles.x.titel · Unknown key “titel”\n"
        '  3 |   "app": {"key": "a", "title": "采购"},\n'
        '  4 |   "roles": [{"key": "x", "titel": "采购员"}]\n'
        "    |                          ^\n"
        "  5 | }\n"
        "  → Use title"
    )
    assert "title" in report(problem, TEXT.encode(), "zh-CN").splitlines()[-1]


def test_the_caret_stands_under_wide_characters_and_long_lines() -> None:
    text = '["采购", NaN]'
    _, (problem,) = check(text)
    lines = report(problem, text, "en").splitlines()
    assert lines[1:3] == ['  1 | ["采购", NaN]', "    |          ^"]
    long = '["' + "a" * 500 + '", NaN]'
    _, (problem,) = check(long)
    shown, caret = report(problem, long, "en").splitlines()[1:3]
    assert shown[caret.index("^") :].startswith("NaN")
    assert len(shown) < 120


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = '["\x1b[31m", NaN]'
    _, (problem,) = check(text)
    assert "\x1b" not in report(problem, text, "en")


def test_a_problem_without_a_place_is_one_line() -> None:
    assert report(Problem("spec.not_utf8"), "", "en").splitlines()[0] == "This is not UTF-8"


def test_problems_of_the_second_stage_come_in_the_order_of_the_text(
    purchase_text: str, others: Callable[[str], App | None]
) -> None:
    text = (
        purchase_text.replace('"spend"\n', '"spnd"\n').replace("50000", "limit").replace('"supplier"\n', '"suplier"\n')
    )
    app, problems = check(text, "p.json", others)
    assert app is not None
    places = [(problem.line or 0, problem.column or 0) for problem in problems]
    assert len(places) >= 4
    assert places == sorted(places)
    assert app.problems == problems
