"""Pasted lines: what each becomes."""

from typing import Any

import pytest

from dougong.drafts import quick
from dougong.fields import TYPES

LINES = """
手机 | 手机 | text
金额(元) | 金额 | money
开始日期 | 开始日期 | date
是否出差 | 是否出差 | yesno
现场照片 | 现场照片 | file
部门 | 部门 | department
部门经理 | 部门经理 | person
级别：A/B/C | 级别 | choice
爱好（多选）：篮球、足球 | 爱好 | choices
1. 姓名 | 姓名 | text
- 备注 | 备注 | paragraph
费用类型 | 费用类型 | text
请假天数 | 请假天数 | number
工作日 | 工作日 | text
采购日 | 采购日 | date
开始时间 | 开始时间 | datetime
用时 | 用时 | number
重量(kg) | 重量 | number
数量（个） | 数量 | number
合格(是/否) | 合格 | yesno
电话：文本 | 电话 | text
到货：日期 | 到货 | date
说明(选填) | 说明 | paragraph
随便什么 | 随便什么 | text
总价＝单价×数量 | 总价 | money
比率=甲/乙 | 比率 | number
结论=甲&乙 | 结论 | formula
Start date | Start date | date
Is it urgent? | Is it urgent? | yesno
Unit price (USD) | Unit price | money
Department | Department | department
Category: Office / Asset | Category | choice
Description | Description | paragraph
Photo | Photo | file
Number of people | Number of people | number
Invoice number | Invoice number | text
Visited on | Visited on | date
"""


@pytest.mark.parametrize("case", LINES.strip().split("\n"))
def test_a_line_is_understood(case: str) -> None:
    line, title, kind = case.split(" | ")
    read = quick.read_line(line)
    assert (read.title, read.type) == (title, kind)
    assert read.type in TYPES


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("姓名*", {"required": True}), ("姓名（必填）", {"required": True}), ("照片", {"accept": ["image/*"]}),
        ("重量(kg)", {"unit": "kg", "decimals": 2}), ("Price ($)", {"currency": "USD"}), ("金额(元)", {}),
        ("备注：没有就不填", {"help": "没有就不填"}),
        ("级别：A / A / 高", {"options": [{"key": "a", "title": "A"}, {"key": "gao", "title": "高"}]}),
    ],
)  # fmt: skip
def test_and_the_options_it_says(line: str, options: dict[str, Any]) -> None:
    assert quick.read_line(line).options == options


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("数量*单价", "qty*price"), ("单价合计-单价", "price_total-price"), ('IF(数量>1,"数量",数量)', 'IF(qty>1,"数量",qty)'),
        ("unit price*2", "unit_price*2"), ("my unit prices", "my unit prices"), ("没有的字段+1", "没有的字段+1"),
    ],
)  # fmt: skip
def test_titles_in_formulas_become_keys(formula: str, expected: str) -> None:
    titles = {"数量": "qty", "单价": "price", "单价合计": "price_total", "unit price": "unit_price", "": "nothing"}
    assert quick.by_keys(formula, titles) == expected


def test_a_result_made_of_money_is_money() -> None:
    made = quick.contents([("单价", ""), ("件", ""), ("应付=单价*件", "")], {}, set())
    assert [(each["key"], each["type"]) for each in made][-1] == ("yingfu", "money")
    assert made[-1]["value"] == "danjia*jian"
