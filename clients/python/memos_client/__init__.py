"""A client of ``memos serve``: durable, searchable memory for AI agents."""

from .client import MemosClient
from .errors import MemosClientError
from .types import Scope

__all__ = ["MemosClient", "MemosClientError", "Scope"]
