"""The lists of one form beside each other, as a person may choose between them."""

from dataclasses import dataclass

from dougong import words
from dougong.records import Visit
from dougong_runtime.app_of import app_of
from dougong_runtime.lists_target import Target


@dataclass(frozen=True, slots=True)
class View:
    """A list by its title and address."""

    title: str
    url: str
    on: bool


def views_of(visit: Visit, target: Target) -> tuple[View, ...]:
    """The lists of the same form, then all its records."""
    lists = app_of(visit, target.app).compiled.lists
    found = [
        View(words.title(each.spec.title, visit.language, key), f"/a/{target.app}/lists/{key}", key == target.key)
        for key, each in lists.items()
        if each.form.key == target.form.key
    ]
    everything = View(
        words.say("lists.everything", visit.language), f"/a/{target.app}/{target.form.key}/", not target.key
    )
    return (*found, everything)
