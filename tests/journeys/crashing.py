"""A process that publishes and is killed at its n-th statement: run by the crash proofs, not a test itself.

Reads one job per line, forks for each, and writes how the fork ended: 0 published, 9 killed, 1 failed.
"""

import json
import os
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from dougong.apps import compiled_for_publish
from dougong.apps.staging import fill_beforehand
from dougong.compose import Composition, compose
from dougong.config import Settings
from dougong.people.accounts import find_person
from dougong.people.actor import load_actor
from dougong.plans import publish, publishing, restore

KILLED = 9


def crash_at(composition: Composition, number: int) -> None:
    """Die just before the ``number``-th statement or commit, with nothing tidied up."""
    count = 0

    def die(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == number:
            os._exit(KILLED)

    event.listen(composition.database.engine, "before_cursor_execute", die)
    event.listen(composition.database.engine, "commit", die)


def run(url: str, folder: str, job: dict[str, Any]) -> None:
    """Publish what the job says."""
    composition = compose(Settings(data=Path(folder), database=url, secret="x" * 40, argon2_time_cost=1))
    database = composition.database
    actor = database.read(lambda tx: load_actor(tx, find_person(tx, "admin")))
    if job["staged"]:
        publishing.fill_beforehand = partial(fill_beforehand, many=1)
    if job.get("restore"):
        crash_at(composition, job["at"])
        restore(composition, actor, job["app"], job["restore"])
        return
    compiled = database.read(lambda tx: compiled_for_publish(tx, job["spec"], "new.json"))
    crash_at(composition, job["at"])
    publish(composition, actor, compiled, job["choices"])


def main(url: str, folder: str) -> None:
    for line in sys.stdin:
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        try:
            run(url, folder, json.loads(line))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
