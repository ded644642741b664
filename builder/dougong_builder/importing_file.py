"""The text of an app file on its way in: kept as an upload of the person, each step names it in its address."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from dougong import clock
from dougong.errors import NotFound, Problem
from dougong.files import open_upload, receive, register
from dougong.pages import me, wired, writing
from dougong.records import Visit
from dougong.spec.compile import compile_app
from dougong.spec.compiling.context import Others
from dougong.spec.parse import Parsed, parse
from dougong.spec.reader import MOST_BYTES

PASTED = "app.json"
BOM = "\ufeff"


@dataclass(frozen=True)
class Incoming:
    """An uploaded file: its name, its bytes, and what they say."""

    id: str
    name: str
    data: bytes

    @cached_property
    def parsed(self) -> Parsed:
        """The spec, as far as it is one."""
        return parse(self.data, self.name)

    @cached_property
    def text(self) -> str:
        """The text as an editor would show it; bytes that are no UTF-8 are replaced."""
        return self.data.decode("utf-8", "replace").removeprefix(BOM)

    @property
    def sha256(self) -> str:
        """The checksum, as ``sha256sum`` prints it."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def readable(self) -> bool:
        """Whether the text can be shown and mended here."""
        try:
            return "\x00" not in self.data.decode("utf-8")
        except UnicodeDecodeError:
            return False

    def problems(self, others: Others) -> tuple[Problem, ...]:
        """Everything wrong with it, in the order of the text."""
        if self.parsed.app is None:
            return self.parsed.problems
        return compile_app(self.parsed.app, others, self.parsed.positions).problems


def keep(stream: IO[bytes], name: str) -> str:
    """Keep a file for the next steps; its id. Raises TooLarge, and Refused when it is empty."""
    received = receive(wired().shelf, stream, MOST_BYTES)
    shelf, owner = wired().shelf, me().id
    return writing(lambda visit: register(visit.tx, shelf, received, name or PASTED, owner, clock.now()).id)


def keep_text(text: str, name: str) -> str:
    """Keep a text that was typed or pasted; its id."""
    return keep(io.BytesIO(text.replace("\r\n", "\n").encode("utf-8", "replace")), name)


def incoming(visit: Visit, id: str) -> Incoming:
    """The file of an address; raises NotFound when it is gone, or another person's."""
    try:
        upload, stream = open_upload(visit.tx, wired().shelf, id)
    except NotFound:
        raise NotFound("importing.gone") from None
    with stream:
        if upload.owner_id != visit.actor.id or upload.record_id is not None:
            raise NotFound("importing.gone")
        return Incoming(id, upload.ref.name, stream.read(MOST_BYTES + 1))
