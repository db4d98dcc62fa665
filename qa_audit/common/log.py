"""What is known of the request being answered, and the log lines that carry its number."""

import json
import logging
from contextvars import ContextVar

# Empty in commands; set by the middleware for the length of a request.
current_address: ContextVar[str] = ContextVar("current_address", default="")
request_number: ContextVar[str] = ContextVar("request_number", default="")


class JsonLines(logging.Formatter):
    """One JSON object a line, with the request's number; never case text or a case reference."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "request": request_number.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            # The exception's own words can hold what somebody typed; its kind and place cannot.
            kind, _, trace = record.exc_info
            while trace and trace.tb_next:
                trace = trace.tb_next
            line["exception"] = kind.__name__ if kind else ""
            line["place"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
        return json.dumps(line)
