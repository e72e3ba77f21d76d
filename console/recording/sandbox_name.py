"""Where a sandbox is: on which brokers, and behind a prefix that no live topic has."""

import re

from console.recording.errors import RecordingError
from contracts.topics import TOPICS

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_ADDRESS = re.compile(r"([^\s,:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?", re.ASCII)
HIGHEST_PORT = 65_535


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


def addressed(brokers: str) -> str:
    """Addresses of brokers, by comma. Raises RecordingError for what is none."""
    for address in brokers.split(",") if brokers else ():
        found = _ADDRESS.fullmatch(address)
        if not found or int(found[2] or 0) > HIGHEST_PORT:
            raise RecordingError(f"{address} is no address like 127.0.0.1:9092", "--to")
    return brokers
