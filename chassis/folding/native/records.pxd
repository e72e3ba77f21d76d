from libc.stdint cimport int64_t


cdef class Record:
    """A record of a batch: its headers lie in the batch and are taken apart when asked for."""

    cdef readonly str topic
    cdef readonly int partition
    cdef readonly int64_t offset
    cdef readonly int64_t timestamp
    cdef readonly bytes key
    cdef readonly bytes value
    cdef bytes batch
    cdef Py_ssize_t headers_start
    cdef Py_ssize_t headers_end
    cdef Py_ssize_t headers_count


cdef Py_ssize_t varint(const unsigned char* data, Py_ssize_t at, Py_ssize_t end, int64_t* value) except -1
