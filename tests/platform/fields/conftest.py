"""A desk and a reader with a few people, departments, records and files, for every test of this folder."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dougong.fields.base import Department, FileRef, Invalid, Person, RecordRef

PEOPLE = (Person(1, "amy", "张敏"), Person(2, "bo", "李强"), Person(3, "bo2", "李强"), Person(4, "cy", "Cy (North)"))
DEPARTMENTS = (Department(7, "rd", "研发一部", "公司/研发一部"), Department(8, "hr", "人事部", "公司/人事部"))
RECORDS = (RecordRef(12, "S-0001", "华东供应商"), RecordRef(13, "", "无编号"))
FILES = (
    FileRef("f1", "报价.pdf", 1000, "application/pdf"),
    FileRef("f2", "photo.png", 2000, "image/png"),
    FileRef("big", "big.pdf", 30 * 1024 * 1024, "application/pdf"),
)


@dataclass
class FakeDesk:
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    currency: str = "CNY"
    notices: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def person(self, raw):
        found = [p for p in PEOPLE if raw == p.login] or [p for p in PEOPLE if raw == p.name]
        if len(found) > 1:
            raise Invalid("people.several_have_name", name=raw, logins=[p.login for p in found])
        return found[0] if found else None

    def department(self, raw):
        return next((d for d in DEPARTMENTS if raw in (d.key, d.name)), None)

    def record(self, form, raw):
        assert form == "mdm.supplier"
        return next((r for r in RECORDS if raw and raw in (str(r.id), r.number, r.title)), None)

    def file(self, raw):
        return next((f for f in FILES if f.id == raw), None)

    def person_by_id(self, id):
        return next((p for p in PEOPLE if p.id == id), None)

    def department_by_id(self, id):
        return next((d for d in DEPARTMENTS if d.id == id), None)

    def record_by_id(self, form, id):
        return next((r for r in RECORDS if r.id == id), None)

    def notice(self, code, **params):
        self.notices.append((code, params))


@dataclass
class FakeReader:
    language: str
    desk: FakeDesk
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    currency: str = "CNY"


@pytest.fixture
def desk():
    return FakeDesk()


@pytest.fixture(params=["zh-CN", "en"])
def reader(request, desk):
    return FakeReader(request.param, desk)


@pytest.fixture
def make_reader(desk):
    return lambda language="zh-CN", **more: FakeReader(language, desk, **more)
