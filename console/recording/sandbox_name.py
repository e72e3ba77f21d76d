"""The names of a sandbox: topics behind a prefix that no live topic has."""

import re

from console.recording.errors import RecordingError
from contracts.topics import TOPICS

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


def prefixed(word: str) -> str:
    """What stands before the names of topics; nothing for no word.

    Raises RecordingError for what is no word, or one that live topics begin with.
    """
    if not word:
        return ""
    if not _WORD.fullmatch(word):
        raise RecordingError(f"{word} is no word of letters, digits, - and _", "--prefix")
    prefix = f"{word}."
    if any(topic.name.startswith(prefix) for topic in TOPICS):
        raise RecordingError(f"live topics begin with {prefix}", "--prefix")
    return prefix
