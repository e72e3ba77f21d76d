"""States of aggregates by their key: a RocksDB store, which may be a few batches behind.

It is written without a log of its own. The ledger's SQLite file holds what it could lose (`redo`),
so that one commit, SQLite's, decides what happened.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rocksdict import (
    BlockBasedOptions,
    Cache,
    Checkpoint,
    DBCompressionType,
    Options,
    Rdict,
    WriteBatch,
    WriteOptions,
)

T = TypeVar("T")
Row = tuple[bytes, bytes]
_MEMTABLE_BYTES = 8 * 2**20
_CACHE_BYTES = 64 * 2**20
_BLOCK_BYTES = 4096
_BLOOM_BITS = 10
_OPEN_FILES = 64
_LOG_BYTES = 2**20
_BATCH, _LEDGER = b"batch", b"ledger"  # no keys of aggregates are as short
_UNSOUND = ("Corruption", "IO error: No such file", "Invalid argument")
_cache = Cache(_CACHE_BYTES)
"""Of all stores of a process together."""


class StatesError(Exception):
    """The store could not do what it was asked for. Its text says why, as RocksDB does."""

    @property
    def is_unsound(self) -> bool:
        """Whether files are damaged or missing, not merely unreadable now."""
        return str(self).startswith(_UNSOUND)


class States:
    """Open from construction to `close`. Everything raises StatesError."""

    def __init__(self, path: Path) -> None:
        self._db = _translated(lambda: Rdict(str(path), _options()))
        self._options = WriteOptions()
        self._options.disable_wal = True  # type: ignore[method-assign,assignment]  # a property

    def applied(self) -> int:
        """The number of the last batch that it has."""
        found: bytes | None = _translated(lambda: self._db.get(_BATCH))
        return 0 if found is None else int(found)

    def ledger(self) -> bytes | None:
        """The ledger that it belongs to; None while it is new."""
        found: bytes | None = _translated(lambda: self._db.get(_LEDGER))
        return found

    def belong_to(self, ledger: bytes) -> None:
        """Note the ledger, before anything else."""
        _translated(lambda: self._db.put(_LEDGER, ledger, write_opt=self._options))

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Their values, None for those that it does not have."""
        found: Any = _translated(lambda: self._db.get(list(keys)))
        return list(found)

    def put(self, batch: int, rows: Iterable[Row]) -> None:
        """Take the rows of a batch, all or none."""
        changes = WriteBatch(raw_mode=True)
        for key, value in rows:
            changes.put(key, value)
        changes.put(_BATCH, b"%d" % batch)
        _translated(lambda: self._db.write(changes, self._options))

    def flush(self) -> None:
        """Write everything to files: what was put before survives a crash of the machine."""
        _translated(self._db.flush)

    def checkpoint(self, folder: Path) -> None:
        """Flush, and have `folder`, which is made, hold the same files: by links, if it can."""
        _translated(lambda: Checkpoint(self._db).create_checkpoint(str(folder)))

    def close(self) -> None:
        _translated(self._db.close)


def _translated(call: Callable[[], T]) -> T:
    """Its errors are of no type that could be caught for what it says."""
    try:
        return call()
    except Exception as error:
        raise StatesError(str(error)) from error


def _options() -> Options:
    tables = BlockBasedOptions()
    tables.set_bloom_filter(_BLOOM_BITS, block_based=False)
    tables.set_block_size(_BLOCK_BYTES)
    tables.set_block_cache(_cache)
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_paranoid_checks(True)
    options.set_block_based_table_factory(tables)
    options.set_compression_type(DBCompressionType.lz4())
    options.set_write_buffer_size(_MEMTABLE_BYTES)
    options.set_max_open_files(_OPEN_FILES)
    options.set_keep_log_file_num(1)
    options.set_max_log_file_size(_LOG_BYTES)
    return options
