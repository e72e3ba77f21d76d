# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The records of a batch of Kafka's format 2, without an object for each of their headers.

Source: https://kafka.apache.org/documentation/#messageformat. What does not keep within the bytes
that are there raises ValueError: nothing is read beyond them.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint64_t

cdef int LONGEST_VARINT = 10


cdef class Record:

    @property
    def headers(self):
        """Names and values, in their order. Raises: ValueError.

        Bytes of a name that are no UTF-8 are written out: a record is not lost for its name.
        """
        cdef const unsigned char* data
        cdef Py_ssize_t end = self.headers_end, at = self.headers_start
        cdef int64_t size = 0
        cdef list found = []
        if self.batch is None:
            return ()
        data = <const unsigned char*>PyBytes_AS_STRING(self.batch)
        for _ in range(self.headers_count):
            at = varint(data, at, end, &size)
            name = piece(data, at, end, size)
            if name is None:
                raise ValueError("a header has no name")
            at = varint(data, at + size, end, &size)
            found.append(((<bytes>name).decode("utf-8", "backslashreplace"), piece(data, at, end, size)))
            at += max(size, 0)
        if at != end:
            raise ValueError("a record has more than its headers")
        return tuple(found)

    def __repr__(self):
        return f"Record({self.topic}[{self.partition}]@{self.offset})"


def records(
    bytes batch,
    str topic,
    int partition,
    int64_t base_offset,
    int64_t base_timestamp,
    int64_t append_time,
    Py_ssize_t count,
):
    """The `count` records of a batch, which is not compressed any more. `append_time` is the
    broker's timestamp for all of them, or -1. Raises: ValueError."""
    cdef const unsigned char* data = <const unsigned char*>PyBytes_AS_STRING(batch)
    cdef Py_ssize_t end = PyBytes_GET_SIZE(batch), at = 0, last
    cdef int64_t size = 0, delta = 0
    cdef Record record
    cdef list found = []
    for _ in range(count):
        at = varint(data, at, end, &size)
        if size < 1 or size > end - at:
            raise ValueError("a record is longer than its batch")
        last = at + size
        record = Record.__new__(Record)
        record.topic = topic
        record.partition = partition
        record.batch = batch
        at = varint(data, at + 1, last, &delta)  # after the attributes, which mean nothing
        record.timestamp = base_timestamp + delta if append_time < 0 else append_time
        at = varint(data, at, last, &delta)
        record.offset = base_offset + delta
        at = varint(data, at, last, &size)
        record.key = piece(data, at, last, size)
        at = varint(data, at + max(size, 0), last, &size)
        record.value = piece(data, at, last, size)
        at = varint(data, at + max(size, 0), last, &size)
        if size < 0:
            raise ValueError("a number of headers is below 0")
        record.headers_count = size
        record.headers_start, record.headers_end = at, last
        at = last
        found.append(record)
    if at != end:
        raise ValueError("a batch has more than its records")
    return found


cdef inline object piece(const unsigned char* data, Py_ssize_t at, Py_ssize_t end, int64_t size):
    """So many bytes, or None where the size says that there are none."""
    if size < 0:
        return None
    if size > end - at:
        raise ValueError("a part of a record is longer than the record")
    return PyBytes_FromStringAndSize(<const char*>data + at, size)


cdef Py_ssize_t varint(
    const unsigned char* data, Py_ssize_t at, Py_ssize_t end, int64_t* value
) except -1:
    """Read a zigzag number, and return the place behind it."""
    cdef uint64_t number = 0
    cdef int shift = 0
    while at < end and shift < 7 * LONGEST_VARINT:
        number |= <uint64_t>(data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            value[0] = <int64_t>(number >> 1) ^ -<int64_t>(number & 1)
            return at
        shift += 7
    raise ValueError("a number in a record does not end")
