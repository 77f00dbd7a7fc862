"""The one error of the client."""

from typing import Any, Mapping, Optional

_REMEDIES = {
    "CONNECTION_FAILED": "Look whether the server runs and the address is its own.",
    "TIMED_OUT": "Give the call more time with `timeout`, or ask for less.",
    "ANSWER_INVALID": "Look whether the address is that of a memos server and not of something before it.",
    "INVALID_INPUT": "Correct the call; nothing was sent.",
}

_PASSING = frozenset({429, 502, 503, 504})


class MemosClientError(Exception):
    """Every failure of a call.

    ``code`` is a code of the server, or ``CONNECTION_FAILED``, ``TIMED_OUT`` or ``ANSWER_INVALID``. ``retryable`` says
    whether the same call may succeed later; whether a write may be repeated is another question.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: Optional[int] = None,
        remedy: Optional[str] = None,
        request_id: Optional[str] = None,
        path: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.remedy = remedy if remedy is not None else _REMEDIES.get(code, "")
        self.request_id = request_id
        self.path = path
        self.retryable = code in ("CONNECTION_FAILED", "TIMED_OUT") or status in _PASSING


def problem_in(value: Any) -> Optional[MemosClientError]:
    """The error that a value tells of, if it is a Problem."""
    if not isinstance(value, Mapping):
        return None
    code, status, detail, remedy = (value.get(name) for name in ("code", "status", "detail", "remedy"))
    if not (isinstance(code, str) and isinstance(status, int) and isinstance(detail, str) and isinstance(remedy, str)):
        return None
    return MemosClientError(
        code, detail, status=status, remedy=remedy, request_id=value.get("requestId"), path=value.get("path")
    )
