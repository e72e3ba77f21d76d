# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""What `chassis.folding.reading.plain` does, for records whose headers still lie in their batch.

It takes the same records for plain, and makes the same facts of them, but for those with a header
whose name is not ASCII, or with very many others, which it leaves.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeASCII
from libc.stdint cimport int64_t, uint32_t
from libc.string cimport memcmp

from chassis.folding.native.records cimport Record, varint

cdef enum:
    NEEDED = 10
    MOST_OTHERS = 16
    LONGEST_SEQUENCE = 10
    UUID_LENGTH = 36

cdef struct Piece:
    const char* text
    Py_ssize_t size

cdef enum:
    SPECVERSION, ID, SOURCE, TYPE, TIME, SUBJECT, DATASCHEMA, CONTENT_TYPE, PARTITIONKEY, SEQUENCE

cdef Piece[NEEDED] NAMES
cdef list _names = [
    b"ce_specversion", b"ce_id", b"ce_source", b"ce_type", b"ce_time", b"ce_subject",
    b"ce_dataschema", b"content-type", b"ce_partitionkey", b"ce_sequence",
]
for _at in range(NEEDED):
    NAMES[_at].text = PyBytes_AS_STRING(_names[_at])
    NAMES[_at].size = PyBytes_GET_SIZE(_names[_at])


cdef class FastPlainReader:
    """Reads the plain records of one topic.

    `types` are names and readings by CloudEvents type; `partitions` is 0 for a topic whose keys do
    not say where a record belongs; `time` checks a timestamp and gives it as text; `unreadable` is
    what a reading raises.
    """

    cdef object _fact, _time
    cdef bytes _source, _content_type
    cdef dict _types
    cdef uint32_t _partitions
    cdef int64_t _last_ordinal
    cdef Py_ssize_t _longest
    cdef tuple _unreadable

    def __init__(
        self, fact, bytes source, bytes content_type, dict types, int partitions, time,
        int64_t last_ordinal, Py_ssize_t longest_headers, tuple unreadable,
    ):
        self._fact, self._time = fact, time
        self._source, self._content_type, self._types = source, content_type, types
        self._partitions, self._last_ordinal = partitions, last_ordinal
        self._longest, self._unreadable = longest_headers, unreadable

    def read(self, records):
        """For each record the fact in it, or None for one that deserves a closer look."""
        cdef list found = []
        for record in records:
            found.append(self._read(record) if type(record) is Record else None)
        return found

    cdef object _read(self, Record record):
        cdef Piece[NEEDED] stated
        cdef Piece* text
        cdef int64_t ordinal
        if record.batch is None or record.key is None or record.value is None or not self._take(record, stated):
            return None
        if not (
            is_text(&stated[SPECVERSION], b"1.0")
            and is_text(&stated[SOURCE], self._source)
            and is_text(&stated[CONTENT_TYPE], self._content_type)
            and is_text(&stated[PARTITIONKEY], record.key)
            and stated[DATASCHEMA].size
            and is_uuid(&stated[ID])
            and is_uuid(&stated[SUBJECT])
        ):
            return None
        ordinal = ordinal_of(&stated[SEQUENCE])
        if ordinal < 1 or ordinal > self._last_ordinal:
            return None
        # Of an aggregate only the first event is looked at: no other finds a place elsewhere.
        if ordinal == 1 and self._partitions and self._strays(record):
            return None
        known = self._types.get(as_bytes(&stated[TYPE]))
        if known is None:
            return None
        event_type, reading = <tuple>known
        try:
            time = self._time(as_bytes(&stated[TIME]))
            # A decoder skips over unknown fields without a look at their encoding.
            if not record.value.isascii():
                record.value.decode()
            event = reading(record.value)
        except self._unreadable:
            return None
        return tuple.__new__(self._fact, (
            as_text(&stated[SUBJECT]), ordinal, as_text(&stated[ID]), event_type, time,
            as_text(&stated[PARTITIONKEY]), record.value, event,
        ))

    cdef bint _take(self, Record record, Piece* stated) except -1:
        """Whether the headers have all that is needed, each name once, and nothing but ASCII."""
        cdef const unsigned char* data = <const unsigned char*>PyBytes_AS_STRING(record.batch)
        cdef Py_ssize_t end = record.headers_end, at = record.headers_start
        cdef Py_ssize_t total = 0, others = 0, which, header
        cdef int64_t size = 0
        cdef Piece name
        cdef Piece[MOST_OTHERS] other
        for which in range(NEEDED):
            stated[which].text = NULL
        for header in range(record.headers_count):
            at = varint(data, at, end, &size)
            if size < 0 or size > end - at:
                return False
            name.text, name.size = <const char*>data + at, size
            at = varint(data, at + size, end, &size)
            if size < 0 or size > end - at or not is_ascii(data + at, size):
                return False
            total += size
            which = place_of(&name, header)
            if which == NEEDED:
                if others == MOST_OTHERS or stands_in(&name, other, others) or not is_ascii(
                    <const unsigned char*>name.text, name.size
                ):
                    return False
                other[others] = name
                others += 1
            elif stated[which].text != NULL:
                return False
            else:
                stated[which].text, stated[which].size = <const char*>data + at, size
            at += size
        for which in range(NEEDED):
            if stated[which].text == NULL:
                return False
        return total <= self._longest and at == end

    cdef bint _strays(self, Record record):
        cdef const unsigned char* key = <const unsigned char*>PyBytes_AS_STRING(record.key)
        cdef uint32_t hash_ = murmur2(key, PyBytes_GET_SIZE(record.key))
        return (hash_ & <uint32_t>0x7FFFFFFF) % self._partitions != <uint32_t>record.partition


cdef inline Py_ssize_t place_of(const Piece* name, Py_ssize_t guess):
    """Which of the needed headers this is: most often they stand in the order of NAMES."""
    cdef Py_ssize_t which
    if guess < NEEDED and same(name, &NAMES[guess]):
        return guess
    for which in range(NEEDED):
        if same(name, &NAMES[which]):
            return which
    return NEEDED


cdef inline bint stands_in(const Piece* name, const Piece* others, Py_ssize_t count):
    cdef Py_ssize_t at
    for at in range(count):
        if same(name, &others[at]):
            return True
    return False


cdef inline bint same(const Piece* one, const Piece* other):
    return one.size == other.size and memcmp(one.text, other.text, one.size) == 0


cdef inline bint is_text(const Piece* found, bytes wanted):
    cdef Py_ssize_t size = PyBytes_GET_SIZE(wanted)
    return found.size == size and memcmp(found.text, PyBytes_AS_STRING(wanted), size) == 0


cdef inline bint is_ascii(const unsigned char* text, Py_ssize_t size):
    cdef Py_ssize_t at
    cdef unsigned char seen = 0
    for at in range(size):
        seen |= text[at]
    return seen < 0x80


cdef inline bint is_uuid(const Piece* found):
    """Whether it is one in lower case, in groups of 8, 4, 4, 4 and 12 digits."""
    cdef Py_ssize_t at
    cdef char digit
    if found.size != UUID_LENGTH:
        return False
    for at in range(UUID_LENGTH):
        digit = found.text[at]
        if at == 8 or at == 13 or at == 18 or at == 23:
            if digit != b"-":
                return False
        elif not (b"0" <= digit <= b"9" or b"a" <= digit <= b"f"):
            return False
    return True


cdef inline int64_t ordinal_of(const Piece* found):
    """The number that up to ten digits state; 0 for anything else."""
    cdef Py_ssize_t at
    cdef int64_t number = 0
    if not 0 < found.size <= LONGEST_SEQUENCE:
        return 0
    for at in range(found.size):
        if not b"0" <= found.text[at] <= b"9":
            return 0
        number = number * 10 + found.text[at] - <int>c"0"
    return number


cdef inline bytes as_bytes(const Piece* found):
    return PyBytes_FromStringAndSize(found.text, found.size)


cdef inline str as_text(const Piece* found):
    return PyUnicode_DecodeASCII(found.text, found.size, NULL)


cdef uint32_t murmur2(const unsigned char* key, Py_ssize_t size):
    """As `contracts.partitioner.murmur2`, which names the source."""
    cdef uint32_t factor = 0x5BD1E995, hash_ = <uint32_t>0x9747B28C ^ <uint32_t>size, word
    cdef Py_ssize_t at = 0
    while size - at >= 4:
        word = key[at] | key[at + 1] << 8 | key[at + 2] << 16 | <uint32_t>key[at + 3] << 24
        word *= factor
        word ^= word >> 24
        hash_ = hash_ * factor ^ word * factor
        at += 4
    if size > at:
        for word in range(size - at):
            hash_ ^= <uint32_t>key[at + word] << 8 * word
        hash_ *= factor
    hash_ ^= hash_ >> 13
    hash_ *= factor
    return hash_ ^ hash_ >> 15
