"""What a file is, by its first bytes; its name decides only among texts and office files."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_ZIPPED = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_TEXTS = {"csv": "text/csv", "txt": "text/plain"}
OTHER = "application/octet-stream"


def media_type_of(head: bytes, name: str) -> str:
    """The media type of a file that starts with ``head`` (4 KiB are enough) and is called ``name``."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    ending = name.rpartition(".")[2].lower()
    if head.startswith(b"PK\x03\x04"):
        return _ZIPPED.get(ending, "application/zip")
    if head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix"):
        return "image/heic"
    return _TEXTS.get(ending, OTHER) if _is_text(head) else OTHER


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a letter cut in two at the end of the head
    return True
