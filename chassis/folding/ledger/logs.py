"""Which log each input topic was: the cluster that has it, and the id that the topic has there.

A topic that is deleted and made anew has another id, and so is known for another log even where it
says the same, or nothing yet.
"""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

_MAKE = """
    CREATE TABLE IF NOT EXISTS logs (
        topic           TEXT PRIMARY KEY,
        cluster         TEXT NOT NULL,
        topic_id        TEXT NOT NULL
    ) STRICT
"""


class LogId(NamedTuple):
    """The id of a cluster as it says it, and of a topic in it, as 32 hexadecimal digits."""

    cluster: str
    topic: str

    def text(self) -> str:
        return f"{self.cluster}/{self.topic}"


class Logs(dict[str, LogId]):
    """Those of one ledger, by the name of the topic."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.execute(_MAKE)
        super().__init__((topic, LogId(*id_)) for topic, *id_ in db.execute("SELECT * FROM logs"))

    def note(self, ids: Mapping[str, LogId]) -> None:
        """From now on these are the logs that are folded."""
        new = {topic: id_ for topic, id_ in ids.items() if self.get(topic) != id_}
        rows = [(topic, *id_) for topic, id_ in new.items()]
        self._db.executemany("INSERT OR REPLACE INTO logs VALUES (?, ?, ?)", rows)
        self.update(new)
