"""The tables of a ledger."""

from chassis.folding.ledger.contributions import columns


def schema(measures: int) -> str:
    """The statements that make them, for contributions of so many measures."""
    return _SCHEMA.replace("{measures}", ", ".join(f"{name} INTEGER" for name in columns(measures)))


_SCHEMA = """
-- One row. `batch` numbers the transactions; outputs up to `published` are with the broker, and
-- `announced` is what it was told last of closed days. Days up to `barrier_day` are decided.
-- `shared` is what the rules know beyond their cases. `secured` is the last batch whose states no
-- crash can take from the state store, which has the same `identity`.
CREATE TABLE fold (
    fingerprint     TEXT NOT NULL,
    partition       INTEGER NOT NULL,
    batch           INTEGER NOT NULL,
    published       INTEGER NOT NULL,
    secured         INTEGER NOT NULL,
    identity        BLOB NOT NULL,
    announced       TEXT,
    barrier_day     TEXT,
    shared          BLOB
) STRICT;

-- How far each input topic was folded, which of its days was closed last, and the last record that
-- was folded: where it stood, and its hash.
CREATE TABLE inputs (
    topic           TEXT PRIMARY KEY,
    next_offset     INTEGER NOT NULL,
    closed_through  TEXT,
    last_offset     INTEGER,
    last_hash       BLOB
) STRICT;

-- The states that a batch changed, until the state store has them in its files.
CREATE TABLE redo (
    batch           INTEGER PRIMARY KEY,
    states          BLOB NOT NULL
) STRICT;

CREATE TABLE cells (
    number          INTEGER PRIMARY KEY,
    kind            INTEGER NOT NULL,
    cell            TEXT NOT NULL,
    UNIQUE (cell, kind)
) STRICT;
CREATE TABLE contributions (
    day             TEXT NOT NULL,
    cell            INTEGER NOT NULL,
    changed         INTEGER NOT NULL,
    {measures},
    PRIMARY KEY (day, cell)
) STRICT, WITHOUT ROWID;

-- What was decided, with what caused it: an input, or the barrier of a day. Kept: it is little, and
-- tells the history.
CREATE TABLE said (
    number          INTEGER PRIMARY KEY,
    batch           INTEGER NOT NULL,
    topic           TEXT,
    offset          INTEGER,
    barrier_day     TEXT,
    kind            TEXT NOT NULL,
    event           TEXT NOT NULL,
    evidence_time   TEXT NOT NULL
) STRICT;
CREATE INDEX said_batch ON said (batch);

-- Events ahead of a gap. `source` is the number of the input topic, here and below.
CREATE TABLE ahead (
    source          INTEGER NOT NULL,
    subject         TEXT NOT NULL,
    ordinal         INTEGER NOT NULL,
    id              TEXT NOT NULL,
    type            TEXT NOT NULL,
    time            TEXT NOT NULL,
    key             TEXT NOT NULL,
    data            BLOB NOT NULL,
    PRIMARY KEY (source, subject, ordinal)
) STRICT, WITHOUT ROWID;

-- What holds a key until its owner releases it, and the events that arrived behind it.
CREATE TABLE holds (
    source          INTEGER NOT NULL,
    key             TEXT NOT NULL,
    subject         TEXT NOT NULL,
    ordinal         INTEGER NOT NULL,
    event_id        TEXT NOT NULL,
    reason          TEXT NOT NULL,
    since           TEXT NOT NULL,
    PRIMARY KEY (source, key, subject, ordinal, event_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE parked (
    source          INTEGER NOT NULL,
    offset          INTEGER NOT NULL,
    subject         TEXT NOT NULL,
    ordinal         INTEGER NOT NULL,
    id              TEXT NOT NULL,
    type            TEXT NOT NULL,
    time            TEXT NOT NULL,
    key             TEXT NOT NULL,
    data            BLOB NOT NULL,
    PRIMARY KEY (source, offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX parked_key ON parked (source, key);

-- What the barrier of a day shall know, in the order in which it is applied. A row has an event, or
-- says that a key waits for something (+1) or no longer (-1).
CREATE TABLE staged (
    day             TEXT NOT NULL,
    source          INTEGER NOT NULL,
    offset          INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    key             TEXT NOT NULL,
    waits           INTEGER NOT NULL,
    subject         TEXT,
    ordinal         INTEGER,
    id              TEXT,
    type            TEXT,
    time            TEXT,
    data            BLOB,
    PRIMARY KEY (day, source, offset, number)
) STRICT, WITHOUT ROWID;

-- What the last barrier knew.
CREATE TABLE waiting (
    key             TEXT PRIMARY KEY,
    things          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE cases (
    subject         TEXT PRIMARY KEY,
    key             TEXT NOT NULL,
    ripens_on       TEXT,
    weight          INTEGER NOT NULL,
    body            BLOB NOT NULL
) STRICT;
CREATE INDEX cases_key ON cases (key);
CREATE INDEX cases_ripen ON cases (ripens_on) WHERE ripens_on IS NOT NULL;
"""
