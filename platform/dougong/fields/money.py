"""An amount of money, exact, in one currency."""

from typing import Annotated, Any

from msgspec import Meta

from dougong.fields import exact
from dougong.fields.base import Desk, Reader
from dougong.fields.number import YUAN, Quantity

SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}
_TYPED = {"CNY": YUAN, "JPY": ("JP¥", "¥", "JPY"), "HKD": ("HK$", "HKD"), "USD": ("US$", "$", "USD")}


def sign(code: str, language: str) -> str:
    """The sign of a currency as the language writes it, "" for one that has none."""
    return "￥" if code == "CNY" and language != "en" else SIGNS.get(code, "")


class Money(Quantity, frozen=True, kw_only=True, tag="money"):
    """An amount; ``currency`` is an ISO code, empty for the organisation's."""

    decimals: Annotated[int, Meta(ge=0, le=9)] = 2
    currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] = ""

    icon = "banknote"

    def signs(self, desk: Desk) -> tuple[str, ...]:
        code = self.currency or getattr(desk, "currency", "") or "CNY"
        return _TYPED.get(code) or tuple(sign for sign in (SIGNS.get(code), code) if sign)

    def display(self, value: Any, reader: Reader) -> str:
        code = self.currency or reader.currency or "CNY"
        minus = "-" if value < 0 else ""
        return f"{minus}{sign(code, reader.language) or f'{code} '}{exact.grouped(abs(value), self.decimals)}"
