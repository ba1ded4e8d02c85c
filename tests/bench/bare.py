"""The bare part beside which the engine is measured: llama_decode and a greedy sampler, in a process of its own."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection

from desktop.chat import SYSTEM


def bare_loop(pipe: Connection, model_path: str, threads: int, most: int, ends: bool) -> None:
    """Send (first-token ms, tokens/s) for each prompt received, until an empty one comes.

    An answer has `most` tokens, or fewer where the model ends it and it `ends` there.
    """
    import ctypes

    import llama_cpp as l

    silent = l.llama_log_callback(lambda *_: None)
    l.llama_log_set(silent, None)
    l.llama_backend_init()
    model = l.llama_model_load_from_file(model_path.encode(), l.llama_model_default_params())
    assert model
    vocab = l.llama_model_get_vocab(model)
    params = l.llama_context_default_params()
    params.n_ctx, params.n_threads, params.n_threads_batch = 4096, threads, threads
    context = l.llama_init_from_model(model, params)
    assert context
    sampler = l.llama_sampler_init_greedy()
    room = (ctypes.c_int32 * 4096)()
    pipe.send("ready")
    while text := pipe.recv():
        turns = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{text}<|im_end|>\n"
        whole = f"{turns}<|im_start|>assistant\n".encode()
        l.llama_memory_clear(l.llama_get_memory(context), True)
        begin = time.perf_counter()
        count = l.llama_tokenize(vocab, whole, len(whole), room, 4096, False, True)
        l.llama_decode(context, l.llama_batch_get_one(room, count))
        token = l.llama_sampler_sample(sampler, context, -1)
        first = time.perf_counter()
        one = (ctypes.c_int32 * 1)()
        made = 1
        while made < most and not (ends and l.llama_vocab_is_eog(vocab, token)):
            one[0] = token
            l.llama_decode(context, l.llama_batch_get_one(one, 1))
            token = l.llama_sampler_sample(sampler, context, -1)
            made += 1
        pipe.send(((first - begin) * 1000, (made - 1) / (time.perf_counter() - first)))
