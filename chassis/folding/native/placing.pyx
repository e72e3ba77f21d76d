# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""The common case of `chassis.folding.batch`: events that are the next of their aggregates, while
nothing is held and nothing waits. And the bytes of ids."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE

from chassis.folding.changes import Aggregate, Fact


cdef extern from "Python.h":
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    bint PyUnicode_IS_ASCII(object text)
    unsigned char* PyUnicode_1BYTE_DATA(object text)

cdef enum:
    ID_BYTES = 16
    ID_LENGTH = 36


def id_bytes(str event_id not None):
    """The 16 bytes of an event's id, which is a UUID. Raises: ValueError."""
    return uuid_bytes(event_id)


def keys_of(int source, ids):
    """The keys under which the states of these aggregates lie, in their order."""
    cdef list found = []
    cdef bytes key
    cdef char* start
    for id_ in ids:
        key = PyBytes_FromStringAndSize(NULL, ID_BYTES + 1)
        start = PyBytes_AS_STRING(key)
        start[0] = <char>source
        take_uuid(id_, start + 1)
        found.append(key)
    return found


def fold_next(
    list items, Py_ssize_t at, changes, dict known, unknown, evolve, day, frozenset for_barrier
):
    """Fold items from place `at` on, as long as each is an event that is the next of its
    aggregate and has neither decisions nor the barrier to tell.

    Returns the place of the first that is not; nothing of that one was changed.
    """
    cdef Py_ssize_t end = len(items), first = at
    cdef dict changed = changes.aggregates, totals = changes.totals[day]
    cdef object fact_type = Fact, aggregate_type = Aggregate
    cdef tuple fact
    cdef bytes placed
    while at < end:
        item = as_tuple(items[at])[1]
        if type(item) is not fact_type:
            break
        fact = <tuple>item
        subject = fact[0]
        before = changed.get(subject)
        if before is None:
            before = known.get(subject, unknown)
        placed = <bytes?>as_tuple(before)[0]
        if PyBytes_GET_SIZE(placed) != (<Py_ssize_t>fact[1] - 1) * ID_BYTES:
            break
        if type(fact[7]) in for_barrier:
            break
        state, movements, said = evolve((<tuple>before)[1], fact, day)
        if said:
            break
        changed[subject] = tuple.__new__(aggregate_type, (placed + uuid_bytes(fact[2]), state))
        for movement in movements:
            cell = as_tuple(movement)[0]
            total = totals.get(cell)
            totals[cell] = movement if total is None else sum_of(total, movement)
        at += 1
    if at > first:
        changes.counts["handled"] += at - first
    if not totals:
        del changes.totals[day]
    return at


cdef inline tuple as_tuple(object found):
    """A tuple of any kind."""
    if not isinstance(found, tuple):
        raise TypeError(f"no tuple: {found!r}")
    return <tuple>found


cpdef tuple sum_of(total, movement):
    """As `chassis.folding.sums` says it."""
    cdef tuple one = as_tuple(total), other = as_tuple(movement)
    cdef Py_ssize_t at
    cdef list parts
    if len(one) != len(other) or not one:
        raise ValueError("movements of one cell have different measures")
    parts = [one[0]]
    for at in range(1, len(one)):
        mine, theirs = one[at], other[at]
        parts.append(None if mine is None or theirs is None else mine + theirs)
    return tuple(parts)


cdef inline bytes uuid_bytes(str text):
    cdef bytes found = PyBytes_FromStringAndSize(NULL, ID_BYTES)
    take_uuid(text, PyBytes_AS_STRING(found))
    return found


cdef int take_uuid(str text, char* into) except -1:
    cdef const unsigned char* data
    cdef int at = 0, digit, number = 0
    if text is None or PyUnicode_GET_LENGTH(text) != ID_LENGTH or not PyUnicode_IS_ASCII(text):
        raise ValueError(f"no UUID: {text!r}")
    data = PyUnicode_1BYTE_DATA(text)
    while at < ID_LENGTH:
        if data[at] == b"-":
            at += 1
            continue
        digit = digit_of(data[at]) << 4 | digit_of(data[at + 1])
        if digit < 0 or number == ID_BYTES:
            raise ValueError(f"no UUID: {text!r}")
        into[number] = <char>digit
        number += 1
        at += 2
    if number != ID_BYTES:
        raise ValueError(f"no UUID: {text!r}")
    return 0


cdef inline int digit_of(unsigned char digit):
    if b"0" <= digit <= b"9":
        return digit - <int>c"0"
    if b"a" <= digit <= b"f":
        return digit - <int>c"a" + 10
    return -1
