"""What a finished job leaves in ``out/``."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save as safetensors_bytes

from .checkpoint import Progress
from .conversion import to_plain_lora
from .failure import Failure
from .files import CONFIG_FILE, OUT_FOLDER, RESULT_FILE, WEIGHTS_FILE, write_atomically
from .training import Session


def write_artefacts(session: Session, progress: Progress) -> None:
    """Writes PEFT's two files and then the result, each atomically: where the result is, all is."""
    out = session.job.folder / OUT_FOLDER
    out.mkdir(exist_ok=True)
    # Of an earlier job, if it is there: it must not stand beside other weights.
    (out / RESULT_FILE).unlink(missing_ok=True)
    conversion: dict[str, float] | None = None
    if session.job.recipe.method == "dora":
        converted = to_plain_lora(session.model)
        tensors, config = converted.tensors, converted.config
        conversion = {"rank": config.r, "relativeError": converted.relative_error}
    else:
        tensors, config = get_peft_model_state_dict(session.model), session.model.peft_config["default"]
    result = {
        "version": 1,
        "job": session.job.id,
        "digest": session.job.digest,
        "base": session.job.base_sha256,
        "steps": progress.step,
        "seconds": round(progress.seconds, 3),
        "release": session.release,
        "curve": progress.curve,
        "peakBytes": session.watch.peak_bytes,
        **({} if conversion is None else {"conversion": conversion}),
    }
    write_weights(out / WEIGHTS_FILE, tensors)
    write_json(out / CONFIG_FILE, config_of(config))
    write_json(out / RESULT_FILE, result)


def write_weights(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Raises ``Failure`` ``notFinite``."""
    plain = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    if not all(bool(torch.isfinite(tensor).all()) for tensor in plain.values()):
        raise Failure("notFinite", "The trained adapter has weights that are no numbers.")
    content = safetensors_bytes(plain, metadata={"format": "pt"})
    write_atomically(path, lambda file: file.write(content))


def write_json(path: Path, content: object) -> None:
    text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))


def config_of(config: LoraConfig) -> dict[str, object]:
    """PEFT's settings as it would save them for inference."""
    fields = {name: plain(value) for name, value in config.to_dict().items()}
    return {**fields, "inference_mode": True}


def plain(value: object) -> object:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value if value is None or isinstance(value, (str, int, float, bool, list, dict)) else str(value)
