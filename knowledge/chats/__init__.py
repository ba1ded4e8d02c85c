"""Conversations as other programs hand them out: one file a program, each making `Thread`s of what stands there."""
