"""Log lines as key=value, on standard error, never with a message's text in them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping

import structlog


def configure(settings: Mapping[str, str]) -> None:
    level = logging.getLevelNamesMapping().get(settings["level"].upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    """Looked up for each line: whoever redirects standard error, and closes it again, does not break what logs."""
    return structlog.PrintLogger(sys.stderr)
