"""The demo: sample organisation, every shipped app with its data, approvals under way, people with random passwords."""

from dougong.demo.install import install_demo, ordered_data, specs_folder

__all__ = ["install_demo", "ordered_data", "specs_folder"]
