"""The base model: weights and shape out of a GGUF file, in 32-bit floats on the CPU."""

from __future__ import annotations

from pathlib import Path

import torch
from gguf import GGUFReader
from transformers import AutoModelForCausalLM, PreTrainedModel

from .failure import Failure


def load_base(path: Path) -> PreTrainedModel:
    """The model of a GGUF file, dequantised: 4 bytes for each weight, whatever the file has.

    Transformers reads the weights (q and k of Llama models with their rows in its own order). It passes over what a
    file says of RoPE beyond its base: factors in ``rope_freqs.weight`` (Llama 3) are applied here, other kinds of
    scaling are refused.

    Raises ``Failure`` ``unsupportedModel``.
    """
    factors = rope_factors(path)
    try:
        model = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError) as error:
        raise Failure("unsupportedModel", f"The base model cannot be loaded for training: {error}") from error
    if factors is not None:
        apply_rope_factors(model, factors)
    for name, parameter in model.named_parameters():
        if parameter.is_meta or not torch.isfinite(parameter).all():
            raise Failure("unsupportedModel", f"The weights {name} of the base model are missing or not finite.")
    model.config.use_cache = False
    return model.eval()


def rope_factors(path: Path) -> torch.Tensor | None:
    """What the frequencies of RoPE are divided by, or ``None``."""
    try:
        reader = GGUFReader(path)
    except (OSError, ValueError) as error:
        raise Failure("unsupportedModel", f"The base is not a readable GGUF file: {error}") from error
    for name, field in reader.fields.items():
        if name.endswith(".rope.scaling.type") and field.contents() != "none":
            raise Failure("unsupportedModel", f"RoPE scaling of the kind {field.contents()} cannot be trained with.")
    for tensor in reader.tensors:
        if tensor.name == "rope_freqs.weight":
            return torch.from_numpy(tensor.data.copy()).float()
    return None


def apply_rope_factors(model: PreTrainedModel, factors: torch.Tensor) -> None:
    """Divides the frequencies of every rotary embedding, as llama.cpp does."""
    for module in model.modules():
        frequencies = getattr(module, "inv_freq", None)
        if isinstance(frequencies, torch.Tensor):
            if frequencies.shape != factors.shape:
                raise Failure("unsupportedModel", "The RoPE factors of the base do not fit its heads.")
            frequencies /= factors
