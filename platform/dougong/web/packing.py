"""Pages go out packed where the browser can unpack them: on a phone's network that is most of the wait."""

import gzip

from flask import Flask, Response, request

LEAST = 1000
"""Bytes from which packing pays."""


def pack(response: Response) -> Response:
    """Pack a whole page or part of one. Its secrets stay so: another site cannot ask for our pages again and again with
    the person's cookie, which is SameSite=Lax, and so cannot learn from their sizes."""
    if response.mimetype != "text/html" or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and len(plain := response.get_data()) >= LEAST:
        response.set_data(gzip.compress(plain, compresslevel=5, mtime=0))
        response.content_encoding = "gzip"
    return response


def register(app: Flask) -> None:
    """Pack the pages of an app."""
    app.after_request(pack)
