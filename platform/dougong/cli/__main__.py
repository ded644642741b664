"""``python -m dougong.cli``."""

from dougong.cli import main

main()
