"""What kind of field a title most likely means, from words in Chinese and English; no network, always the same answer."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PICTURES = {"accept": ["image/*"]}


@dataclass(frozen=True, slots=True)
class Guess:
    """A field type and options to start with."""

    type: str
    options: Mapping[str, Any] = field(default_factory=dict)


def _rule(type: str, words: str, **options: Any) -> tuple[re.Pattern[str], Guess]:
    return re.compile(words), Guess(type, options)


# The first rule that fits wins. Chinese words decide by how they end (费用类型 is a type, not money); English ones as words.
_RULES = (
    _rule("yesno", r"^(是否|有无|能否|可否|需否)|^(is|has|have|can|needs?|does|should)\b|\?$"),
    _rule("file", r"(照片|图片|相片|截图|拍照|图)$|\b(photos?|pictures?|images?|screenshots?)$", **_PICTURES),
    _rule("file", r"(附件|文件|扫描件|复印件|报价单|发票影像)$|\b(attachments?|files?|documents?|scans?|uploads?)$"),
    _rule("paragraph", r"(备注|说明|描述|意见|内容|事由|详情|摘要|简介|理由|总结|建议|反馈|评语)$"
          r"|\b(remarks?|notes?|comments?|description|details|summary|feedback|justification)$"),
    _rule("text", r"(编号|单号|号码|账号|卡号|证号|代码|编码|名称|姓名|型号|规格|品牌|地址|电话|手机|手机号|邮箱|网址)$"
          r"|(类型|类别|级别|等级|状态|方式|职位|岗位|职务|联系人|单位|原因|标题|主题)$"
          r"|\b(numbers?|no\.?|codes?|ids?|names?|model|brand|address|phone|mobile|tel|e-?mail|url|website)$"
          r"|\b(type|category|level|status|method|position|reason|title|subject|unit)$"),
    _rule("department", r"(部门|科室|处室)$|\b(department|dept\.?|division)$"),
    _rule("person", r"(申请人|经办人|负责人|审批人|报销人|填表人|使用人|保管人|接收人|参与人|操作员|处理人)$"
          r"|(员工|成员|同事|经理|主管|领导)$"
          r"|\b(applicant|approver|owner|manager|employee|assignee|colleague|supervisor|(requested|handled) by)$"),
    _rule("datetime", r"(?<!用)(?<!工)时间$|时刻$|\b(time|datetime|timestamp)$"),
    _rule("date", r"(日期|生日|年月日|有效期|有效期至|截止日|到期日|纪念日|交期|(?<![作节假今每])日)$"
          r"|\b(date|day|birthday|deadline|due|valid until|expiry|expires|on|until)$"),
    _rule("number", r"(天数|工时|时长|小时|用时|耗时)$|\b(days|hours)$", decimals=1),
    _rule("number", r"(重量|长度|宽度|高度|面积|体积|容量|里程|用量|比例|百分比|折扣|[率比])$"
          r"|\b(weight|length|width|height|area|volume|mileage|rate|ratio|percent|percentage|discount)$", decimals=2),
    _rule("number", r"(数目|次数|人数|件数|个数|台数|页数|份数|年龄|库存|产量|分数|得分|评分|指标|[数量])$"
          r"|\b(quantity|qty|count|age|stock|score|points)$|^number of "),
    _rule("money", r"(金额|总额|总价|单价|价格|价|费用|费|款|薪资|薪|工资|奖金|成本|预算|押金|余额|税额)$"
          r"|(小计|合计|总计|收入|支出|补贴)$"
          r"|\b(amount|price|cost|fees?|salary|wage|bonus|budget|deposit|balance|total|subtotal|tax|income|expenses?)$"),
)  # fmt: skip

_MONEY = re.compile(r"[¥￥$€£]|元|人民币|美元|欧元|(?i:cny|rmb|usd|eur|gbp|hkd|yuan|dollars?)")
_CURRENCY = {
    "$": "USD", "美元": "USD", "usd": "USD", "€": "EUR", "欧元": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "hkd": "HKD",
}  # fmt: skip
_COUNTED = re.compile(r"[个件台套张份本人次年月日分秒页箱盒瓶只条项组批]")
_MEASURED = re.compile(r"[%‰℃]|[A-Za-z³²]{1,6}|万元|[天时米斤克吨升]|小时|分钟|公里|千克|公斤|平方米|立方米")
_YES_NO = re.compile(r"(?i)是/否|是或否|y/n|yes/no|√")


def by_title(title: str) -> Guess:
    """The kind of field its title means; text when it says nothing."""
    plain = unicodedata.normalize("NFKC", title).strip().casefold()
    return next((guess for words, guess in _RULES if words.search(plain)), Guess("text"))


def by_unit(unit: str) -> Guess | None:
    """The kind of field that what stands in brackets after a title means: a currency, a unit, yes or no."""
    plain = unicodedata.normalize("NFKC", unit).strip()
    if _YES_NO.fullmatch(plain):
        return Guess("yesno")
    if _MONEY.fullmatch(plain):
        currency = _CURRENCY.get(plain.lower())
        return Guess("money", {"currency": currency} if currency else {})
    if _COUNTED.fullmatch(plain):
        return Guess("number", {"unit": plain})
    return Guess("number", {"unit": plain, "decimals": 2}) if _MEASURED.fullmatch(plain) else None
