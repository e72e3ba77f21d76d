"""The tables of a ledger."""

SCHEMA = """
-- One row. `batch` numbers the transactions; outputs up to `published` are with the broker, and
-- `announced` is what it was told last of closed days. Days up to `barrier_day` are decided.
CREATE TABLE fold (
    fingerprint     TEXT NOT NULL,
    partition       INTEGER NOT NULL,
    batch           INTEGER NOT NULL,
    published       INTEGER NOT NULL,
    announced       TEXT,
    barrier_day     TEXT
) STRICT;

-- How far each input topic was folded, and which of its days was closed last.
CREATE TABLE inputs (
    topic           TEXT PRIMARY KEY,
    next_offset     INTEGER NOT NULL,
    closed_through  TEXT
) STRICT;

-- Every aggregate of every topic has its place; what is booked and at risk is a shipment's.
-- `source` is the number of the input topic, in this table and the others.
CREATE TABLE shipments (
    source          INTEGER NOT NULL,
    id              TEXT NOT NULL,
    event_ids       BLOB NOT NULL,
    cell            TEXT,
    fob             INTEGER,
    grams           INTEGER,
    quantity        INTEGER,
    loss_episode    INTEGER NOT NULL,
    loss_lost       INTEGER NOT NULL,
    damage_episode  INTEGER NOT NULL,
    damage_lost     INTEGER NOT NULL,
    PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

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

-- What was said of risks, with what caused it: an input, or the barrier of a day. Kept: it is
-- little, and tells the history.
CREATE TABLE triggers (
    number          INTEGER PRIMARY KEY,
    batch           INTEGER NOT NULL,
    topic           TEXT,
    offset          INTEGER,
    barrier_day     TEXT,
    kind            TEXT NOT NULL,
    event           TEXT NOT NULL,
    evidence_time   TEXT NOT NULL
) STRICT;
CREATE INDEX triggers_batch ON triggers (batch);

-- Events ahead of a gap.
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
CREATE TABLE terms (
    version         INTEGER PRIMARY KEY,
    terms           BLOB NOT NULL
) STRICT;
CREATE TABLE invoices (
    subject         TEXT PRIMARY KEY,
    order_id        TEXT NOT NULL,
    may_default     INTEGER NOT NULL,
    due_on          TEXT NOT NULL,
    exposure        INTEGER NOT NULL,
    invoice         BLOB NOT NULL
) STRICT;
CREATE INDEX invoices_order ON invoices (order_id);
CREATE INDEX invoices_due ON invoices (due_on) WHERE may_default;
"""
