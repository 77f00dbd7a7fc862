"""Every way in which training can end, with what a program branches on and what a person reads."""

EXIT_INVALID = 64
EXIT_FAILED = 70
EXIT_LIMIT = 71
EXIT_UNAVAILABLE = 72
EXIT_STOPPED = 75

EXITS = {
    "invalidJob": EXIT_INVALID,
    "wrongBase": EXIT_INVALID,
    "unsupportedModel": EXIT_INVALID,
    "busy": EXIT_FAILED,
    "notFinite": EXIT_FAILED,
    "internal": EXIT_FAILED,
    "timeLimit": EXIT_LIMIT,
    "memoryLimit": EXIT_LIMIT,
    "unavailable": EXIT_UNAVAILABLE,
    "stopped": EXIT_STOPPED,
}


class Failure(Exception):
    """Training ends here.

    ``code`` is a key of ``EXITS``; ``message`` is a plain sentence.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def exit_status(self) -> int:
        return EXITS[self.code]
