"""Every property form, sent back just as it came, changes nothing: what is shown is what is there."""

from html.parser import HTMLParser
from typing import Any

import pytest

from dougong.drafts.store import find_draft
from dougong.spec.walk import steps


class Forms(HTMLParser):
    """The forms of a page with the fields a browser would send, were no button pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self._open = False
        self._select = self._area = ""
        self._text: list[str] = []
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
            self._open = True
        elif not self._open:
            return
        elif tag == "input" and given.get("name"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.forms[-1].append((given["name"], given.get("value", "")))
        elif tag == "select":
            self._select, self._options = given.get("name", ""), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area, self._text = given.get("name", ""), []

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select" and self._select:
            chosen = [value for value, on in self._options if on] or [self._options[0][0]]
            self.forms[-1].append((self._select, chosen[-1]))
            self._select = ""
        elif tag == "textarea" and self._area:
            self.forms[-1].append((self._area, "".join(self._text).removeprefix("\n")))
            self._area = ""


def addresses(builder: Any, app: str) -> list[str]:
    """Every page with property forms."""
    builder.get(f"/apps/{app}/settings")
    spec, found = builder.spec(app), [f"/apps/{app}/settings"]
    for form in spec.forms:
        head = f"/apps/{app}/forms/{form.key}"
        found += [f"{head}/rules", *(f"{head}/access?at={grant.key}" for grant in form.access)]
        found += [f"{head}/flow?at={step.key}" for _, step in steps(form.flow)] if form.flow else []
    return found + [f"/apps/{app}/lists/{view.key}" for view in spec.lists]


@pytest.mark.parametrize("app", ["purchase", "expense", "mdm"])
def test_a_form_sent_back_as_it_came_changes_nothing(builder: Any, app: str) -> None:
    sent = 0
    for address in addresses(builder, app):
        page = Forms()
        page.feed(builder.get(address))
        for fields in page.forms:
            if ("op", "save") not in fields:
                continue
            data: dict[str, list[str]] = {}
            for name, value in fields:
                data.setdefault(name, []).append(value)
            answer = builder.client.post(f"/apps/{app}/op", data=data)
            assert answer.status_code == 303, (address, fields)
            draft = builder.site.composition.database.read(lambda tx: find_draft(tx, app))
            assert draft.rev == 0, (address, fields)
            sent += 1
    assert sent > 15
