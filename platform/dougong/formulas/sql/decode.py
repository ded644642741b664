"""What a query returns for a formula → its canonical value."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from dougong.formulas.kinds import Kind


def canonical(value: Any, kind: Kind) -> Any:
    """The canonical value of what either engine returned; None for NULL. Takes what a driver already made, too."""
    if value is None:
        return None
    match kind:
        case Kind.NUMBER:
            return value if isinstance(value, Decimal) else Decimal(str(value))
        case Kind.BOOLEAN:
            return bool(value)
        case Kind.DATE:
            return date.fromisoformat(value[:10]) if isinstance(value, str) else value
        case Kind.DATETIME:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return value
