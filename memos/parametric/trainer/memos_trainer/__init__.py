"""Trains LoRA adapters for the model in a GGUF file."""

VERSION = "0.1.0"
