"""The local model: GGUF files, hardware fit, the llama.cpp worker, prompt assembly and generation.

Start reading at `worker.py`: it receives the requests of `messages.py`, and everything else serves it.
This room imports neither Qt nor `knowledge` nor `desktop`; llama.cpp is loaded inside the worker's process only.
"""
