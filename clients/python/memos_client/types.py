"""What the client takes and gives. Answers are JSON as the OpenAPI document describes it."""

from typing import Any, Dict, TypedDict, Union


class Scope(TypedDict, total=False):
    """Whose memory; the tenant follows from the key."""

    tenant: str
    user: str
    agent: str
    app: str
    session: str


Json = Dict[str, Any]

#: A text, a chat message (``role`` and ``content``) or a memory (``text`` and attributes).
MemoryInput = Union[str, Json]
