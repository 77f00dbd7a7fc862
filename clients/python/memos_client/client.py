"""The client."""

import json
import uuid
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Union
from urllib.parse import quote

from .errors import MemosClientError
from .transport import Answer, Transport
from .types import Json, MemoryInput, Scope

TIMEOUT = 60.0
#: A model evaluates its prompt before its first words.
CHAT_TIMEOUT = 600.0
MAX_RETRIES = 2
PAGE_SIZE = 200
INGEST_MEMORIES = 500
INGEST_BYTES = 1024 * 1024


class MemosClient:
    """A client of ``memos serve``.

    Reads, and ``add`` under an idempotency key that the client makes, are repeated when the server is busy or the
    connection fails. Every method takes ``scope``, which narrows that of the client, and ``timeout`` in seconds; every
    failure is a :class:`MemosClientError`.

    >>> client = MemosClient("http://127.0.0.1:7077", scope={"user": "ana"})  # doctest: +SKIP
    >>> client.add("I moved to Lisbon in March.")  # doctest: +SKIP
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: Optional[str] = None,
        scope: Optional[Scope] = None,
        timeout: float = TIMEOUT,
        max_retries: int = MAX_RETRIES,
    ) -> None:
        self._transport = Transport(base_url, api_key, max_retries)
        self._scope: Scope = scope if scope is not None else {}
        self._timeout = timeout

    def with_scope(self, scope: Scope) -> "MemosClient":
        """The same client in a narrower scope."""
        narrower = object.__new__(MemosClient)
        narrower._transport = self._transport
        narrower._scope = self._within(scope)
        narrower._timeout = self._timeout
        return narrower

    # Writes

    def add(
        self,
        input: Union[MemoryInput, List[MemoryInput]],
        *,
        scope: Optional[Scope] = None,
        idempotency_key: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> Json:
        """Remembers a text, a message, a memory or a list: durable and findable when it returns."""
        key = idempotency_key if idempotency_key is not None else uuid.uuid4().hex
        body = {"input": input}
        return self.request(
            "POST", "/v1/memories", body=body, scope=scope, idempotency_key=key, timeout=timeout
        )

    def ingest(
        self,
        inputs: Iterable[MemoryInput],
        *,
        scope: Optional[Scope] = None,
        timeout: Optional[float] = None,
    ) -> Iterator[Json]:
        """Remembers as many as come, and yields the progress after each committed batch.

        One that cannot be stored is skipped, with its number from 0 and the reason. Nothing is sent twice: after a
        failure, everything that was told is stored.
        """
        total = {"added": 0, "duplicates": 0, "milliseconds": 0.0}
        lines = 0
        last: Optional[Json] = None
        for batch in _batches(inputs):
            base = dict(total)
            answer = self._open(
                "POST",
                "/v1/memories/stream",
                query=dict(self._within(scope)),
                data=b"".join(batch),
                content_type="application/x-ndjson",
                timeout=timeout,
            )
            for step in answer.ndjson():
                if last is not None:
                    yield last
                for name in total:
                    total[name] = step[name] = base[name] + step[name]
                for skipped in step["skipped"]:
                    skipped["index"] += lines
                last = {**step, "done": False}
            lines += len(batch)
        nothing: Json = {"skipped": [], "written": [], "warnings": [], **total}
        yield {**(last if last is not None else nothing), "done": True}

    def update(
        self, id: str, patch: Json, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any
    ) -> Json:
        """Writes a new version. ``ifVersion``, ``actor`` and ``cause`` go beside the patch."""
        return self.request("PATCH", _memory(id), body={"patch": patch, **options}, scope=scope, timeout=timeout)

    def forget(
        self, id: str, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any
    ) -> Json:
        """Forgets one memory; it can be undone for 30 days. ``actor`` and ``cause`` are kept."""
        return self.request("DELETE", _memory(id), query=options, scope=scope, timeout=timeout)

    # Reads

    def recall(
        self, query: str, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any
    ) -> Json:
        """The text for a prompt, within a ``budget`` of tokens."""
        body = {"query": query, **options}
        return self.request("POST", "/v1/recall", body=body, scope=scope, repeatable=True, timeout=timeout)

    def search(
        self, query: str, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any
    ) -> Json:
        """Memories that fit a query, best first, at most ``k``."""
        body = {"query": query, **options}
        return self.request("POST", "/v1/search", body=body, scope=scope, repeatable=True, timeout=timeout)

    def get(
        self, id: str, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any
    ) -> Json:
        """One memory, as it is or as it was known at ``asOf``."""
        return self.request("GET", _memory(id), query=options, scope=scope, timeout=timeout)

    def history(self, id: str, *, scope: Optional[Scope] = None, timeout: Optional[float] = None) -> Json:
        """Every version of one memory."""
        return self.request("GET", f"{_memory(id)}/history", scope=scope, timeout=timeout)

    def list(self, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any) -> Json:
        """One page of memories by age: ``limit``, ``cursor``, ``order``, ``types``, ``where``, …"""
        return self.request("GET", "/v1/memories", query=options, scope=scope, timeout=timeout)

    def all(
        self, *, scope: Optional[Scope] = None, timeout: Optional[float] = None, **options: Any
    ) -> Iterator[Json]:
        """Every memory, page by page as they are asked for."""
        cursor: Optional[str] = None
        while True:
            page = self.list(scope=scope, timeout=timeout, **{"limit": PAGE_SIZE, **options, "cursor": cursor})
            yield from page["cubes"]
            cursor = page.get("cursor")
            if cursor is None:
                return

    def stats(self, *, scope: Optional[Scope] = None, timeout: Optional[float] = None) -> Json:
        """How much a scope holds."""
        return self.request("GET", "/v1/stats", scope=scope, timeout=timeout)

    def export(self, *, scope: Optional[Scope] = None, timeout: Optional[float] = None) -> Iterator[Json]:
        """Every memory with all of its versions."""
        return self.stream("GET", "/v1/export", scope=scope, timeout=timeout)

    def chat(
        self, message: str, *, scope: Optional[Scope] = None, timeout: float = CHAT_TIMEOUT, **options: Any
    ) -> Iterator[Json]:
        """Talks, with memory: events as they come, of which the last is the receipt."""
        body = {"message": message, **options}
        return self.stream("POST", "/v1/chat", body=body, scope=scope, timeout=timeout)

    # Everything else

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[Json] = None,
        scope: Optional[Scope] = None,
        idempotency_key: Optional[str] = None,
        repeatable: bool = False,
        timeout: Optional[float] = None,
    ) -> Any:
        """Any route that answers with one value. A GET, what has an idempotency key and what is said to be
        ``repeatable`` are sent again after a failure."""
        answer = self._call(method, path, query, body, scope, idempotency_key, repeatable, timeout)
        return answer.json()

    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Optional[Mapping[str, Any]] = None,
        body: Optional[Json] = None,
        scope: Optional[Scope] = None,
        timeout: Optional[float] = None,
    ) -> Iterator[Json]:
        """Any route that answers with lines or events. Closing the iterator ends the call."""
        answer = self._call(method, path, query, body, scope, None, False, timeout)
        is_events = answer._response.getheader("content-type", "").startswith("text/event-stream")
        yield from answer.events() if is_events else answer.ndjson()

    def _call(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Any]],
        body: Optional[Json],
        scope: Optional[Scope],
        key: Optional[str],
        repeatable: bool,
        timeout: Optional[float],
    ) -> Answer:
        within = self._within(scope)
        in_query = body is None and method in ("GET", "DELETE")
        asked: Dict[str, Any] = {**within, **(query or {})} if in_query else dict(query or {})
        data = None
        if not in_query:
            given = body or {}
            data = json.dumps({**given, "scope": {**within, **given.get("scope", {})}}).encode()
        return self._open(
            method,
            path,
            query=asked,
            data=data,
            content_type="application/json",
            timeout=timeout,
            headers={} if key is None else {"idempotency-key": key},
            repeatable=repeatable or method == "GET" or key is not None,
        )

    def _open(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any],
        data: Optional[bytes],
        content_type: str,
        timeout: Optional[float],
        headers: Optional[Mapping[str, str]] = None,
        repeatable: bool = False,
    ) -> Answer:
        return self._transport.send(
            method,
            path,
            query=query,
            body=data,
            content_type=content_type,
            headers=headers or {},
            repeatable=repeatable,
            timeout=timeout if timeout is not None else self._timeout,
        )

    def _within(self, scope: Optional[Scope]) -> Scope:
        return {**self._scope, **scope} if scope is not None else self._scope


def _memory(id: str) -> str:
    # A dot segment would lead to another path.
    if not isinstance(id, str) or id in ("", ".", ".."):
        raise MemosClientError("INVALID_INPUT", "The id is not a name.")
    return f"/v1/memories/{quote(id, safe='')}"


def _batches(inputs: Iterable[MemoryInput]) -> Iterator[List[bytes]]:
    batch: List[bytes] = []
    size = 0
    for input in inputs:
        line = json.dumps(input).encode() + b"\n"
        if len(batch) == INGEST_MEMORIES or (batch and size + len(line) > INGEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield batch
