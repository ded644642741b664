"""The system fields as fields."""

from collections.abc import Callable
from typing import Any

from dougong.fields.choice import Choice
from dougong.spec.compiled import CompiledApp
from dougong.spec.model import FIXED_STATUSES, SYSTEM_FIELDS
from dougong.spec.system import SYSTEM_TYPES, system_field, system_title


def test_each_has_a_type_a_title_and_a_field_of_that_kind(
    purchase: dict[str, Any], compiled: Callable[[dict[str, Any]], CompiledApp]
) -> None:
    form = compiled(purchase).forms["request"]
    assert tuple(SYSTEM_TYPES) == SYSTEM_FIELDS
    for key, kind in SYSTEM_TYPES.items():
        assert set(system_title(key)) == {"zh-CN", "en"}
        field = system_field(key, form)
        if key == "id":
            assert field is None
        else:
            assert field is not None
            assert field.type().kind is kind.kind
            assert field.key == key
    assert system_field("total", form) is None
    status = system_field("status", form)
    assert isinstance(status, Choice)
    assert status.keys() == [*FIXED_STATUSES, "ordering"]
    assert all(option.title for option in status.options)
