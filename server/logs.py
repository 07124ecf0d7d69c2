"""The log: one JSON object a line, with counts and names but never a value of a request or row."""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import orjson

LOGGER = logging.getLogger("fieldgate")
_TRUSTED = frozenset({"fieldgate", "uvicorn"})
_LONGEST_EVENT = 100


class JsonLines(logging.Formatter):
    """Writes a record and its `fields` as one line.

    Of an exception it writes what it was and where, not its text: a driver's or a library's may
    quote what somebody sent. `python -X dev` shows the text as well.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": _event(record),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info and (error := record.exc_info[1]):
            line["exception"] = _names(error)
            line["frames"] = _frames(record.exc_info[2])
            if sys.flags.dev_mode:
                line["text"] = str(error)
        return orjson.dumps(line, default=str).decode()


def _event(record: logging.LogRecord) -> str:
    """Return our own words, or the template of other people's without what they put into it."""
    if record.name.partition(".")[0] in _TRUSTED or sys.flags.dev_mode:
        return record.getMessage()
    return f"{record.name}: {str(record.msg).partition(chr(10))[0][:_LONGEST_EVENT]}"


def _names(error: BaseException) -> list[str]:
    """Return the exception's type and the types of what caused it."""
    names = []
    cause: BaseException | None = error
    while cause is not None:
        names.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__
    return names


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": JsonLines}},
    "handlers": {
        "lines": {
            "class": "logging.StreamHandler",
            "formatter": "lines",
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {"fieldgate": {"level": "INFO"}, "uvicorn": {"level": "INFO"}},
}
"""The logging of a serving process, for `logging.config.dictConfig`."""
