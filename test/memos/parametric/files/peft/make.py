"""A tiny Llama of random weights, two adapters as PEFT writes them, and the logits that PEFT computes.

Run in this folder with torch 2.9.1, transformers 5.24.0, peft 0.21.2 and safetensors: `python make.py`.
"""

import json
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

TOKENS = [1, 300, 270, 301, 299, 280, 319, 265, 300, 290, 277, 311]
CONFIG = LlamaConfig(
    vocab_size=320,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    rms_norm_eps=1e-5,
    rope_theta=10000.0,
    initializer_range=0.2,
    tie_word_embeddings=True,
)
ADAPTERS = {
    "lora": {"r": 4, "lora_alpha": 8, "target_modules": "all-linear"},
    "rslora": {"r": 3, "lora_alpha": 2, "use_rslora": True, "target_modules": ["q_proj", "k_proj"]},
}


def base_model(weights):
    model = LlamaForCausalLM(CONFIG)
    model.load_state_dict(weights, strict=False)
    return model.eval()


def logits(model):
    with torch.no_grad():
        return model(torch.tensor([TOKENS])).logits[0].float().contiguous()


torch.manual_seed(1)
halves = {
    name: tensor.half().contiguous()
    for name, tensor in LlamaForCausalLM(CONFIG).state_dict().items()
    if name != "lm_head.weight"
}
save_file(halves, "base.safetensors", metadata={"format": "pt"})
weights = {name: tensor.float() for name, tensor in halves.items()}
expected = {"base": logits(base_model(weights))}
for name, options in ADAPTERS.items():
    adapted = get_peft_model(base_model(weights), LoraConfig(task_type="CAUSAL_LM", bias="none", **options))
    with torch.no_grad():
        for parameter, tensor in adapted.named_parameters():
            if "lora_" in parameter:
                tensor.normal_(0, 0.25)
    adapted.save_pretrained(name)
    (Path(name) / "README.md").unlink()
    expected[name] = logits(PeftModel.from_pretrained(base_model(weights), name).eval())
save_file(expected, "logits.safetensors", metadata={"format": "pt"})
Path("tokens.json").write_text(json.dumps(TOKENS) + "\n")
