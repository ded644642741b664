"""Apps: their published revisions, and how a spec becomes one."""

from dougong.apps.publish import compiled_for_publish, publish, publish_files
from dougong.apps.published import PublishedApp, Registry

__all__ = ["PublishedApp", "Registry", "compiled_for_publish", "publish", "publish_files"]
