"""Writes a trained model as a GGUF file: `python export.py --model FOLDER --out FILE`."""

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
from transformers import LlamaForCausalLM

from tokens import END_OF_TEXT, TURN_END, TURN_START

NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
CHAT_TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def interleaved(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows of queries and keys in llama.cpp's order: pairs that rotate together stand side by side."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def write_tokenizer(writer: gguf.GGUFWriter, tokenizer: dict) -> None:
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    control = {END_OF_TEXT, TURN_START, TURN_END}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([token for token, _ in vocabulary])
    kinds = [gguf.TokenType.CONTROL if token in control else gguf.TokenType.NORMAL for token, _ in vocabulary]
    writer.add_token_types(kinds)
    merges = tokenizer["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    ids = dict(vocabulary)
    writer.add_bos_token_id(ids[END_OF_TEXT])
    writer.add_eos_token_id(ids[TURN_END])
    writer.add_eot_token_id(ids[TURN_END])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    model = LlamaForCausalLM.from_pretrained(arguments.model / "hf")
    config = model.config
    writer = gguf.GGUFWriter(str(arguments.out), "llama")
    writer.add_name("memos reader")
    writer.add_description("Answers short questions over a block of memory; knows nothing else.")
    writer.add_license("Apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)
    write_tokenizer(writer, json.loads((arguments.model / "tokenizer.json").read_text()))
    for name, tensor in model.state_dict().items():
        weight = tensor.float().numpy()
        part = name.removeprefix("model.").removesuffix(".weight")
        if part == "lm_head":
            continue  # It is the embedding.
        if part == "embed_tokens":
            target = "token_embd"
        elif part == "norm":
            target = "output_norm"
        else:
            _, layer, kind = part.split(".", 2)
            target = f"blk.{layer}.{NAMES[kind]}"
            if kind == "self_attn.q_proj":
                weight = interleaved(weight, config.num_attention_heads)
            elif kind == "self_attn.k_proj":
                weight = interleaved(weight, config.num_key_value_heads)
        writer.add_tensor(f"{target}.weight", weight.astype(np.float16) if weight.ndim == 2 else weight)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
