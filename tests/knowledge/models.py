"""Small embedders on disk, made on the fly: real sentence-transformers folders that need no download."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

# English and Korean words that share a vector: no trained model, only what a multilingual one does, in a dozen words.
SAME_MEANING = (
    ("lease", "임대차"),
    ("contract", "계약"),
    ("deposit", "보증금"),
    ("ends", "끝난다"),
    ("august", "팔월에"),
    ("seahorse", "해마는"),
    ("swims", "헤엄친다"),
    ("sea", "바다에서"),
    ("train", "기차는"),
    ("leaves", "떠난다"),
    ("morning", "아침에"),
    ("station", "역에서"),
    ("doctor", "의사는"),
    ("prescribes", "처방한다"),
    ("medicine", "약을"),
    ("night", "밤에"),
)


def word_vectors_of_two_languages(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A `StaticEmbedding` whose words of one meaning have one vector, in both languages."""
    import numpy as np
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = {"[UNK]": 0}
    for pair in SAME_MEANING:
        for word in pair:
            vocabulary[word] = len(vocabulary)
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()])
    weights = np.zeros((len(vocabulary), 32), dtype=np.float32)
    weights[0, 31] = 0.01  # a word that nobody knows says next to nothing
    for place, pair in enumerate(SAME_MEANING):
        for word in pair:
            weights[vocabulary[word], place] = 1.0
    SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu", prompts=prompts
    ).save(str(folder), create_model_card=False)
    return folder


def shortened(bundled: Path, folder: Path, layers: int = 2) -> Path:
    """The bundled model without its last layers: real weights, other vectors."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(bundled, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    had = config["num_hidden_layers"]
    config["num_hidden_layers"] = layers
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    weights = load_file(folder / "model.safetensors")
    dropped = tuple(f"encoder.layer.{n}." for n in range(layers, had))
    save_file(
        {name: value for name, value in weights.items() if not any(part in name for part in dropped)},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    return folder


def random_transformer(
    folder: Path,
    modules: Sequence[str] = ("Pooling", "Dense", "Normalize"),
    mode: str = "mean",
    prompts: dict[str, str] | None = None,
) -> Path:
    """A tiny BERT with random weights and the given modules after it, saved by sentence-transformers itself."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(3)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "query", "passage", ":", "the", "lease", "ends", "in", "august", "a"]
    vocabulary = {piece: n for n, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    backbone = folder.with_name(f"{folder.name}-backbone")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(str(backbone))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(str(backbone))
    made = {
        "Pooling": lambda: Pooling(32, pooling_mode=mode),
        "Dense": lambda: Dense(32, 24),
        "Normalize": Normalize,
    }
    SentenceTransformer(
        modules=[Transformer(str(backbone)), *(made[name]() for name in modules)], device="cpu", prompts=prompts
    ).save(str(folder), create_model_card=False)
    shutil.rmtree(backbone)
    return folder
