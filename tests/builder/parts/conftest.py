"""The journeys' installation of the demo, and somebody who builds in it."""

import importlib.util
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dougong.drafts.store import find_draft
from dougong.spec.model import App

_PATH = Path(__file__).resolve().parents[2] / "journeys" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("journeys_conftest_of_parts", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
_JOURNEYS = importlib.util.module_from_spec(_SPEC)

sys.modules[_SPEC.name] = _JOURNEYS  # dataclasses look their module up
_SPEC.loader.exec_module(_JOURNEYS)

demo_folder = _JOURNEYS.demo_folder
site = _JOURNEYS.site
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Builder:
    """Somebody with a browser without a script: looks at pages, posts their forms."""

    site: Any
    client: Any

    def get(self, address: str, status: int = 200) -> str:
        """A page."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.get_data(as_text=True)[-3000:]
        return str(answer.get_data(as_text=True))

    def post(self, address: str, status: int = 303, **fields: Any) -> Any:
        """The answer to a form."""
        token = _TOKEN.search(self.get("/account"))
        assert token is not None
        names = {name.replace("__", "."): value for name, value in fields.items()}
        answer = self.client.post(address, data={"csrf_token": token[1], **names})
        assert answer.status_code == status, answer.get_data(as_text=True)[-3000:]
        return answer

    def op(self, screen: str, app: str = "purchase", status: int = 303, **fields: Any) -> Any:
        """The answer to a change."""
        return self.post(f"/apps/{app}/op", status, screen=screen, **fields)

    def spec(self, app: str = "purchase") -> App:
        """The draft as it stands."""
        found: App = self.site.composition.database.read(lambda tx: find_draft(tx, app).spec)
        return found


@pytest.fixture
def builder(site: Any) -> Builder:
    """The builder of the demo."""
    return Builder(site, site.client("xu"))
