"""HTTP with the standard library: one connection a call, repetition where it is safe."""

import http.client
import json
import random
import re
import socket
import time
from email.utils import parsedate_to_datetime
from typing import Any, Dict, Iterator, Mapping, Optional
from urllib.parse import urlencode, urlsplit

from .errors import MemosClientError, problem_in

FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
LONGEST_RETRY_AFTER = 60.0


class Answer:
    """A successful answer whose body is still to be read; closing it ends the call."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        self._connection = connection
        self._response = response

    def close(self) -> None:
        self._response.close()
        self._connection.close()

    def json(self) -> Any:
        try:
            data = self._response.read()
        except Exception as cause:
            raise _failure(cause) from cause
        finally:
            self.close()
        try:
            return json.loads(data)
        except ValueError as cause:
            raise MemosClientError(
                "ANSWER_INVALID", "The answer is not JSON.", status=self._response.status
            ) from cause

    def _lines(self) -> Iterator[bytes]:
        try:
            while True:
                try:
                    line = self._response.readline()
                except Exception as cause:
                    raise _failure(cause) from cause
                if line == b"":
                    return
                yield line
        finally:
            self.close()

    def ndjson(self) -> Iterator[Any]:
        for line in self._lines():
            if not line.endswith(b"\n"):
                raise MemosClientError("CONNECTION_FAILED", "The stream ended within a line.")
            yield _known(line)

    def events(self) -> Iterator[Any]:
        data = []
        for line in self._lines():
            text = line.rstrip(b"\r\n")
            if text.startswith(b"data:"):
                data.append(text[6:] if text.startswith(b"data: ") else text[5:])
            if text == b"" and data:
                yield _known(b"\n".join(data))
                data = []


def _known(text: bytes) -> Any:
    try:
        value = json.loads(text)
    except ValueError as cause:
        raise MemosClientError("ANSWER_INVALID", "The stream holds what is not JSON.") from cause
    problem = problem_in(value)
    if problem is not None:
        raise problem
    return value


def _failure(cause: Exception) -> MemosClientError:
    if isinstance(cause, MemosClientError):
        return cause
    if isinstance(cause, (socket.timeout, TimeoutError)):
        return MemosClientError("TIMED_OUT", "Nothing came in time.")
    return MemosClientError("CONNECTION_FAILED", "The connection to the server failed.")


class Transport:
    """Sends requests to one server with one key."""

    def __init__(self, base_url: str, api_key: Optional[str], max_retries: int) -> None:
        try:
            parts = urlsplit(base_url)
            valid = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
            port = parts.port
        except ValueError:
            valid, port = False, None
        if not valid:
            raise MemosClientError("INVALID_INPUT", "The address is none as http://127.0.0.1:7077.")
        if api_key is not None and not re.fullmatch(r"[\x21-\x7e]+", api_key):
            raise MemosClientError("INVALID_INPUT", "The key holds what no header can.")
        self._https = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = port
        self._prefix = parts.path.rstrip("/")
        self._api_key = api_key
        self._max_retries = max_retries

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]],
        body: Optional[bytes],
        content_type: str,
        headers: Mapping[str, str],
        repeatable: bool,
        timeout: float,
    ) -> Answer:
        sent: Dict[str, str] = {"accept": "*/*", **headers}
        if self._api_key is not None:
            sent["authorization"] = f"Bearer {self._api_key}"
        if body is not None:
            sent["content-type"] = content_type
        url = self._prefix + path + _query(query or {})
        tried = 0
        while True:
            try:
                return self._attempt(method, url, body, sent, timeout)
            except _Refused as refused:
                error, after = refused.error, refused.retry_after
            if not (error.retryable and repeatable and tried < self._max_retries):
                raise error
            if after is not None and after > LONGEST_RETRY_AFTER:
                raise error
            whole = min(FIRST_DELAY * 2**tried, LONGEST_DELAY)
            time.sleep(after if after is not None else whole * (1 - random.random() / 2))
            tried += 1

    def _attempt(
        self, method: str, url: str, body: Optional[bytes], headers: Mapping[str, str], timeout: float
    ) -> Answer:
        kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=timeout)
        try:
            connection.request(method, url, body=body, headers=dict(headers))
            response = connection.getresponse()
            if 200 <= response.status < 300:
                return Answer(connection, response)
            text = response.read()
        except ValueError as cause:
            connection.close()
            raise MemosClientError("INVALID_INPUT", "A header or a name holds what HTTP cannot carry.") from cause
        except Exception as cause:
            connection.close()
            raise _Refused(_failure(cause), None) from cause
        connection.close()
        raise _Refused(_refusal(response, text), _retry_after(response.getheader("retry-after")))


class _Refused(Exception):
    def __init__(self, error: MemosClientError, retry_after: Optional[float]) -> None:
        super().__init__(str(error))
        self.error = error
        self.retry_after = retry_after


def _refusal(response: http.client.HTTPResponse, text: bytes) -> MemosClientError:
    try:
        problem = problem_in(json.loads(text))
    except ValueError:
        problem = None
    if problem is not None:
        return problem
    return MemosClientError(
        "ANSWER_INVALID",
        f"The answer is {response.status} without a reason.",
        status=response.status,
        request_id=response.getheader("x-request-id"),
    )


def _retry_after(value: Optional[str]) -> Optional[float]:
    if value is None:
        return None
    if re.fullmatch(r"[0-9]+", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _query(values: Mapping[str, Any]) -> str:
    """Lists are given more than once, objects as JSON, which is how the server reads them."""
    pairs = [
        (name, _text(one))
        for name, value in values.items()
        if value is not None
        for one in (value if isinstance(value, (list, tuple)) else [value])
    ]
    return "?" + urlencode(pairs) if pairs else ""


def _text(value: Any) -> str:
    if isinstance(value, (dict, bool)):
        return json.dumps(value)
    return str(value)
