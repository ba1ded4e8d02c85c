"""Whole-document work: what cannot be answered from five passages is answered by reading all of them, in order.

`noticing` (with `naming`) says whether a prompt is of that kind and which documents it means; `mentions` and `listing`
find by rules what must not be left to a model; `packs` cut the passages into steps, `notes` lets the model write on
each and keeps what the text backs; `reading` is the use case: notice, read, reduce, and say how much was read.
"""
