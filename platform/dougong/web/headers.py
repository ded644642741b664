"""The headers of every response: what a browser may run, keep, frame and tell others."""

from flask import Flask, Response, g, request

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "object-src": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    # not no-referrer: behind https the CSRF check reads the Referer of our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
}


def allow_framing() -> None:
    """Let pages of ours show this response in a frame: for the builder's preview, nowhere else."""
    g.framed = True


def put(response: Response) -> Response:
    """Give a response its headers."""
    framed = g.get("framed", False)
    policy = POLICY | ({"frame-ancestors": "'self'"} if framed else {})
    response.headers.setdefault("Content-Security-Policy", "; ".join(f"{k} {v}" for k, v in policy.items()))
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("HX-Request", "HX-Request-Type"))
    return response


def register(app: Flask) -> None:
    """Put the headers on every response."""
    app.after_request(put)
