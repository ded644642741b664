"""One line of JSON per request: which route, how it went, how long, who; never what was typed or asked for."""

import logging
import sys
import time
from types import TracebackType

import structlog
from flask import Flask, Response, g, request

from dougong.web import current

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_log = structlog.get_logger("dougong.web")


def configure(level: str) -> None:
    """Write structlog's lines as JSON to standard error, from ``level`` (debug, info, warning, error) up."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS.get(level, logging.INFO)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = current.request_id()
    rule = request.url_rule
    if rule is not None and rule.endpoint in {"static", "healthz"}:
        return response
    actor = current.known_actor()
    _log.info(
        "request",
        request=current.request_id(),
        method=request.method,
        route=rule.rule if rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        actor=actor.id if actor else None,
    )
    return response


def unexpected(error: BaseException) -> None:
    """Keep where an unexpected error arose. Its message is left out: it may quote what somebody typed."""
    _log.error("unexpected", request=current.request_id(), error=type(error).__name__, at=places(error.__traceback__))


def places(trace: TracebackType | None) -> list[str]:
    """``module:line function`` of each frame, outermost first."""
    found = []
    while trace is not None:
        frame = trace.tb_frame
        found.append(f"{frame.f_globals.get('__name__', '?')}:{trace.tb_lineno} {frame.f_code.co_name}")
        trace = trace.tb_next
    return found


def register(app: Flask) -> None:
    """Log every request of an app."""
    app.before_request(_start)
    app.after_request(_finish)
