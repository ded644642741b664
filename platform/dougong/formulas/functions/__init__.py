"""Every function of the language, by name in capitals."""

from collections.abc import Mapping
from types import MappingProxyType

from dougong.formulas.functions import dates, logic, numbers, text
from dougong.formulas.functions.spec import Function

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {function.name: function for room in (logic, numbers, text, dates) for function in room.FUNCTIONS}
)
