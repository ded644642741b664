"""Raw WTForms fields: texts in, texts out; whether a value makes sense is judged elsewhere, once for every door."""

import zlib
from collections.abc import Iterable
from typing import Any

import wtforms
from wtforms.form import BaseForm


class RawField(wtforms.Field):
    """A field whose ``data`` is what was posted; ``given`` tells a blank value from a field that was not drawn."""

    data: Any

    @property
    def given(self) -> bool:
        """Whether anything was posted under its name."""
        return bool(self.raw_data)


class OneText(RawField):
    """One text: the last that is not blank, so that a hidden blank before boxes and radios stands for "none"."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = next((text for text in reversed(valuelist) if text), "")


class ManyTexts(RawField):
    """Several texts, blank ones gone."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [text for text in valuelist if text]


class Picked(RawField):
    """What was picked from a list, or typed beside it.

    Three inputs are posted: ``supplier`` (the id), ``supplier.text`` (what the person sees) and ``supplier.was`` (the
    label that the id stands for). Text that differs from its label was typed, and counts instead of the id. Where what was
    typed was looked up, ``supplier.found`` is the one chosen of what was found for ``supplier.asked``.
    """

    def process(self, formdata: Any, data: Any = None, extra_filters: Iterable[Any] | None = None) -> None:
        self.data, self.raw_data, self.process_errors = "", [], []
        if formdata is None:
            return
        last = {part: _last(formdata, self.name + part) for part in ("", ".text", ".was", ".found", ".asked")}
        self.raw_data = [text for text in (last[""], last[".text"]) if text is not None]
        text = last[".text"]
        if last[".found"] and (text or "").strip() == (last[".asked"] or "").strip():
            self.data = last[".found"]
        elif text is None:
            self.data = last[""] or ""
        elif text.strip():
            self.data = last[""] if last[""] and text.strip() == (last[".was"] or "").strip() else text


def _last(formdata: Any, name: str) -> str | None:
    found = formdata.getlist(name) if name in formdata else []
    return str(found[-1]) if found else None


class Rows(RawField):
    """The rows of a sub-table: names ``lines-0-item``, in the order of the posted ``lines-0-at``, else as posted.

    ``data`` is a list of (index in the names, bound form of the row).
    """

    def __init__(self, row_form: type[BaseForm], **options: Any) -> None:
        super().__init__(**options)
        self.row_form = row_form

    def process(self, formdata: Any, data: Any = None, extra_filters: Iterable[Any] | None = None) -> None:
        self.data, self.raw_data, self.process_errors = [], [], []
        if formdata is None:
            return
        indices = self._indices(formdata)
        self.raw_data = ["rows"] if indices or self.name in formdata else []
        order = sorted(indices, key=lambda index: _order(_last(formdata, f"{self.name}-{index}-at")))
        self.data = [(index, self._row(formdata, index)) for index in order]

    def _indices(self, formdata: Any) -> list[int]:
        prefix = f"{self.name}-"
        middles = (name[len(prefix) :].partition("-")[0] for name in formdata if name.startswith(prefix))
        plain = (each for each in middles if each.isascii() and each.isdecimal() and len(each) <= 6 and _plain(each))
        return list(dict.fromkeys(int(each) for each in plain))

    def _row(self, formdata: Any, index: int) -> BaseForm:
        return self.row_form(formdata, prefix=f"{self.name}-{index}-")


def _plain(index: str) -> bool:
    return index == "0" or not index.startswith("0")


def _order(at: str | None) -> float:
    """A row's place; rows without one keep the order in which they were posted, after those that have one."""
    plain = at is not None and at.isascii() and at.replace(".", "", 1).isdigit() and len(at) <= 20
    return float(at) if at is not None and plain else float("inf")


def digest(*parts: Any) -> str:
    """A short mark of what a slot shows, to tell whether it changed."""
    return f"{zlib.crc32(repr(parts).encode('utf-8', 'replace')):08x}"


def posted_digests(formdata: Any) -> dict[str, str]:
    """What the page said its slots show: slot name → mark, from the hidden inputs ``_seen``."""
    pairs = (str(text).rpartition(":") for text in formdata.getlist("_seen"))
    return {name: mark for name, _, mark in pairs}
