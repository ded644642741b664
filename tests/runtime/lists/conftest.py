"""The journeys' installation of the demo, for pages of lists and reports too."""

import importlib.util
import sys
from pathlib import Path

_PATH = Path(__file__).resolve().parents[2] / "journeys" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("journeys_conftest", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
_JOURNEYS = importlib.util.module_from_spec(_SPEC)

sys.modules[_SPEC.name] = _JOURNEYS  # dataclasses look their module up
_SPEC.loader.exec_module(_JOURNEYS)

demo_folder = _JOURNEYS.demo_folder
site = _JOURNEYS.site
