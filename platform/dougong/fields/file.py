"""Uploaded files."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta

from dougong.fields.base import Column, Desk, Field, FileRef, Invalid, Raw, Reader, Stored
from dougong.fields.wording import listed
from dougong.formulas.kinds import Kind, Type, list_of

_BETWEEN = re.compile(r"[;；,，、\s]+")
MediaType = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.+-]*/([a-z0-9][a-z0-9.+-]*|\*)$")]


class File(Field, frozen=True, kw_only=True, tag="file"):
    """Uploaded files, by id. ``accept`` are media types (``image/*``, ``application/pdf``), none meaning any."""

    accept: tuple[MediaType, ...] = ()
    max_files: Annotated[int, Meta(ge=1, le=100)] = 5
    max_mb: Annotated[int, Meta(ge=1, le=1024)] = 20

    group = "media"
    icon = "paperclip"
    operators = ("blank", "filled")
    sortable = False
    multiple = True

    def type(self) -> Type:
        return list_of(Type(Kind.FILE))

    def shape(self) -> dict[str, Any]:
        return {
            "type": "array", "items": {"type": "string", "minLength": 1},
            "uniqueItems": True, "minItems": 1, "maxItems": self.max_files,
        }  # fmt: skip

    def columns(self) -> tuple[Column, ...]:
        return (Column(Stored.JSON),)

    def to_columns(self, value: Any, zone: Any) -> tuple[Any, ...]:
        return (list(value),)

    def from_column(self, stored: Any) -> Any:
        return tuple(stored)

    def _ids(self, raw: Raw) -> list[str]:
        if isinstance(raw, list | tuple):
            texts = [text for each in raw[:1000] if (text := self.one_text(each))]
        else:
            texts = [text for text in _BETWEEN.split((self.one_text(raw) or "")[:100_000]) if text]
        return list(dict.fromkeys(texts))

    def wants(self, raw: Raw) -> Iterable[tuple[str, str]]:
        try:
            return [("file", id) for id in self._ids(raw) if len(id) <= 200]
        except Invalid:
            return ()

    def coerce(self, raw: Raw, desk: Desk) -> Any:
        ids = self._ids(raw)
        if len(ids) > self.max_files:
            raise self.refuse("field.too_many_files", most=self.max_files)
        for id in ids:
            file = desk.file(id) if len(id) <= 200 else None
            if file is None:
                raise self.refuse("field.no_such_file", given=id[:60])
            self._judge(file)
        return tuple(ids) or None

    def _judge(self, file: FileRef) -> None:
        if file.size > self.max_mb * 1024 * 1024:
            raise self.refuse("field.file_too_big", name=file.name, most=self.max_mb)
        if self.accept and not any(_matches(file.media_type, each) for each in self.accept):
            raise self.refuse("field.file_type", name=file.name, accept=list(self.accept))

    def to_json(self, value: Any, desk: Desk) -> Any:
        return list(value)

    def to_raw(self, value: Any, desk: Desk) -> str | list[str]:
        return list(value)

    def display(self, value: Any, reader: Reader) -> str:
        files = [reader.desk.file(id) for id in value]
        return listed((file.name if file else id for file, id in zip(files, value, strict=True)), reader.language)


def _matches(media_type: str, wanted: str) -> bool:
    family, _, kind = wanted.partition("/")
    return media_type.lower() == wanted or (kind == "*" and media_type.lower().startswith(f"{family}/"))
