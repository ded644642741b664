"""What changed between two specs: differences by key, sentences for them, JSON Patch."""

from dougong.spec.diffing.compare import diff
from dougong.spec.diffing.difference import GROUPS, Difference, grouped
from dougong.spec.diffing.patch import json_patch

__all__ = ["GROUPS", "Difference", "diff", "grouped", "json_patch"]
