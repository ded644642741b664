"""Where bytes are kept: files named by id under one folder; another store needs only these four verbs."""

import hashlib
import os
from pathlib import Path
from typing import IO, BinaryIO

from dougong.errors import NotFound, TooLarge

_CHUNK = 1 << 16


class Shelf:
    """Bytes by id under ``folder``; an id is hexadecimal, so no name from outside ever reaches the file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, id: str) -> Path:
        if not id or any(letter not in "0123456789abcdef" for letter in id):
            raise NotFound("files.not_found")
        return self.folder / id[:2] / id

    def put(self, id: str, stream: IO[bytes], limit: int) -> tuple[int, str]:
        """Keep a stream of at most ``limit`` bytes; returns (bytes, SHA-256). On disk before it returns."""
        path = self._path(id)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            with open(part, "xb") as out:
                size, digest = _copy(stream, out, limit)
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return size, digest

    def open(self, id: str) -> BinaryIO:
        """The bytes of ``id``; raises NotFound."""
        try:
            return open(self._path(id), "rb")
        except FileNotFoundError as error:
            raise NotFound("files.not_found") from error

    def drop(self, id: str) -> None:
        """Forget the bytes of ``id``, if there are any."""
        self._path(id).unlink(missing_ok=True)


def _copy(stream: IO[bytes], out: BinaryIO, limit: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge("files.too_large", megabytes=limit >> 20)
        digest.update(chunk)
        out.write(chunk)
    return size, digest.hexdigest()
