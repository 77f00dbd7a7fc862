"""DoRA as plain LoRA, which is what inference engines run."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from peft import LoraConfig, PeftModel
from peft.tuners.lora import LoraLayer

from .job import MAX_RANK

# Share of the change (Frobenius norm) that a conversion may lose while a larger rank is still to be had.
AIM = 0.01


@dataclass(frozen=True)
class Converted:
    """A plain adapter: its tensors by PEFT's names, its settings, and the share of the change that was lost."""

    tensors: dict[str, torch.Tensor]
    config: LoraConfig
    relative_error: float


@torch.no_grad()
def to_plain_lora(model: PeftModel) -> Converted:
    """The nearest adapter of one rank for all matrices to what DoRA made of each (truncated SVD).

    DoRA scales each row of the whole matrix, which is a change of full rank: some of it is lost, in large models
    more. The rank is the smallest that loses at most ``AIM``, and never beyond ``MAX_RANK``.
    """
    parts = {name: torch.linalg.svd(change, full_matrices=False) for name, change in changes(model).items()}
    total = sum(float((s**2).sum()) for _, s, _ in parts.values())
    largest = min(MAX_RANK, max(len(s) for _, s, _ in parts.values()))
    rank = next((rank for rank in range(1, largest) if lost(parts, rank) <= AIM**2 * total), largest)
    old = model.peft_config["default"]
    config = LoraConfig(
        r=rank,
        lora_alpha=rank,
        target_modules=old.target_modules,
        lora_dropout=0.0,
        bias="none",
        task_type=old.task_type,
    )
    tensors: dict[str, torch.Tensor] = {}
    for name, (u, s, v) in parts.items():
        # A matrix of fewer rows or columns than the rank has zeros beyond them.
        keep = min(rank, len(s))
        a = torch.zeros(rank, v.shape[1])
        b = torch.zeros(u.shape[0], rank)
        a[:keep] = s[:keep, None].sqrt() * v[:keep]
        b[:, :keep] = u[:, :keep] * s[:keep].sqrt()
        tensors[f"{name}.lora_A.weight"] = a
        tensors[f"{name}.lora_B.weight"] = b
    return Converted(tensors, config, (lost(parts, rank) / total) ** 0.5 if total > 0 else 0.0)


def changes(model: PeftModel) -> dict[str, torch.Tensor]:
    """What the adapter adds to each matrix [out, in]: the merged one less the base's. Leaves it merged."""
    found: dict[str, torch.Tensor] = {}
    for name, module in model.named_modules():
        if isinstance(module, LoraLayer):
            before = module.get_base_layer().weight.detach().clone()
            module.merge()
            found[name] = module.get_base_layer().weight.detach() - before
    return found


def lost(parts: dict[str, tuple[torch.Tensor, torch.Tensor, torch.Tensor]], rank: int) -> float:
    """Squared norm of what a rank leaves out."""
    return sum(float((s[rank:] ** 2).sum()) for _, s, _ in parts.values())
