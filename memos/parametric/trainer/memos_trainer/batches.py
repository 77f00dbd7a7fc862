"""Which examples are learned together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from .job import Example


@dataclass(frozen=True)
class Batch:
    """Examples padded at their end to one length.

    ``tokens`` and ``attention`` are [examples, length]. ``columns`` [n] are the positions that some example learns
    to continue; ``targets`` [examples, n] the tokens that follow there, -100 where that example learns nothing.
    ``learned`` counts the others.
    """

    tokens: torch.Tensor
    attention: torch.Tensor
    columns: torch.Tensor
    targets: torch.Tensor
    learned: int


def plan(examples: Sequence[Example], batch_tokens: int, seed: int, epoch: int) -> list[list[int]]:
    """Indices of the examples of each batch of an epoch, in its order.

    Examples of about one length come together, so that little is padding; which of them, and the order of the
    batches, is shuffled by seed and epoch. Every epoch has the same number of batches: it follows from the lengths.
    """
    shuffle = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
    order = torch.randperm(len(examples), generator=shuffle).tolist()
    order.sort(key=lambda index: len(examples[index].tokens))
    batches: list[list[int]] = []
    for index in order:
        # Sorted: the newest one is the longest of its batch.
        if batches and (len(batches[-1]) + 1) * len(examples[index].tokens) <= batch_tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return [batches[at] for at in torch.randperm(len(batches), generator=shuffle).tolist()]


def collate(examples: Sequence[Example]) -> Batch:
    """The tensors of some examples."""
    length = max(len(example.tokens) for example in examples)
    tokens = torch.zeros(len(examples), length, dtype=torch.long)
    attention = torch.zeros_like(tokens)
    targets = torch.full_like(tokens, -100)
    for row, example in enumerate(examples):
        own = torch.tensor(example.tokens)
        tokens[row, : len(own)] = own
        attention[row, : len(own)] = 1
        targets[row, example.learn_from - 1 : len(own) - 1] = own[example.learn_from :]
    columns = (targets != -100).any(dim=0).nonzero().flatten()
    targets = targets[:, columns]
    return Batch(tokens, attention, columns, targets, int((targets != -100).sum()))
