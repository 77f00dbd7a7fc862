"""The adapter: what PEFT puts around the base model."""

from __future__ import annotations

from peft import LoraConfig, PeftModel, get_peft_model
from transformers import PreTrainedModel

from .failure import Failure
from .job import Recipe


def wrap(base: PreTrainedModel, recipe: Recipe) -> PeftModel:
    """A base model with a new adapter, which alone is trained. A is random by PyTorch's seed, B is zero.

    LoRA (arXiv 2106.09685) counts ``alpha / rank`` times, rsLoRA (2312.03732) ``alpha / sqrt(rank)`` times, DoRA
    (2402.09353) learns the length of each row of the sum besides.

    Raises ``Failure`` ``unsupportedModel`` when the model lacks a target: an adapter of fewer would be another recipe.
    """
    names = {name.rsplit(".", 1)[-1] for name, _ in base.named_modules()}
    missing = [target for target in recipe.targets if target not in names]
    if missing:
        raise Failure("unsupportedModel", f"The base model has no {', '.join(missing)}.")
    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        target_modules=sorted(recipe.targets),
        lora_dropout=0.0,
        bias="none",
        use_rslora=recipe.method == "rslora",
        use_dora=recipe.method == "dora",
        task_type="CAUSAL_LM",
    )
    model = get_peft_model(base, config)
    config.base_model_name_or_path = None
    return model
