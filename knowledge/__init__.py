"""The long-term memory: SQLite store, Chroma index, full-text index, embedder, document readers and recall.

`store.py`, `history.py` and `library.py` are light and may be used in any process (SQLite is the truth).
Everything heavy (torch, Chroma, readers) is loaded inside the worker's process only: start reading at `worker.py`.
This room imports neither Qt nor `engine` nor `desktop`.
"""
