"""The application: window, command line and what they share. The only room that imports Qt.

The way of a prompt: `views/composer.py` → `chat.py` (store → recall → generate → store → consolidate) →
`views/transcript.py`.
"""

__version__ = "0.1.0"
