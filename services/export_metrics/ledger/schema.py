"""The tables of a ledger."""

SCHEMA = """
-- One row. `batch` numbers the transactions; outputs up to `published` are with the broker.
CREATE TABLE fold (
    fingerprint     TEXT NOT NULL,
    partition       INTEGER NOT NULL,
    batch           INTEGER NOT NULL,
    published       INTEGER NOT NULL,
    closed_announced TEXT
) STRICT;

-- How far each input topic was folded, and which of its days was closed last.
CREATE TABLE inputs (
    topic           TEXT PRIMARY KEY,
    next_offset     INTEGER NOT NULL,
    closed_through  TEXT
) STRICT;

CREATE TABLE shipments (
    id              TEXT PRIMARY KEY,
    event_ids       BLOB NOT NULL,
    cell            TEXT,
    fob             INTEGER,
    grams           INTEGER,
    quantity        INTEGER,
    loss_episode    INTEGER NOT NULL,
    loss_lost       INTEGER NOT NULL,
    damage_episode  INTEGER NOT NULL,
    damage_lost     INTEGER NOT NULL
) STRICT;

CREATE TABLE contributions (
    cell            TEXT NOT NULL,
    day             TEXT NOT NULL,
    fob             INTEGER NOT NULL,
    grams           INTEGER NOT NULL,
    quantity        INTEGER,
    shipments       INTEGER NOT NULL,
    changed         INTEGER NOT NULL,
    PRIMARY KEY (cell, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX contributions_changed ON contributions (changed);

-- What was said of risks, with the input that caused it. Kept: it is little, and tells the history.
CREATE TABLE triggers (
    number          INTEGER PRIMARY KEY,
    batch           INTEGER NOT NULL,
    topic           TEXT NOT NULL,
    offset          INTEGER NOT NULL,
    kind            TEXT NOT NULL,
    event           TEXT NOT NULL,
    evidence_time   TEXT NOT NULL
) STRICT;
CREATE INDEX triggers_batch ON triggers (batch);

-- Events ahead of a gap.
CREATE TABLE waiting (
    shipment        TEXT NOT NULL,
    ordinal         INTEGER NOT NULL,
    id              TEXT NOT NULL,
    type            TEXT NOT NULL,
    time            TEXT NOT NULL,
    data            BLOB NOT NULL,
    PRIMARY KEY (shipment, ordinal)
) STRICT, WITHOUT ROWID;
"""
