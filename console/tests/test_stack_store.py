"""The document store does what MongoDB does with what the services ask of it."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bson
import pytest
from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, WriteError

from console.tests.store_server import StoreServer

pytestmark = pytest.mark.integration

Document = dict[str, Any]
Documents = Collection[Document]
OPTIONS = bson.CodecOptions[Document](uuid_representation=bson.UuidRepresentation.STANDARD)
field_names = st.text(st.characters(codec="utf-8", exclude_characters="$.\0"), min_size=1)
instants = st.integers(-(10**12), 10**13).map(DatetimeMS)
int64 = st.integers(-(2**63), 2**63 - 1)
scalars = (
    st.none()
    | st.booleans()
    | int64
    | int64.map(Int64)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"))
    | st.binary(max_size=300)
    | st.uuids()
    | st.binary(min_size=12, max_size=12).map(bson.ObjectId)
    | instants
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(field_names, inner), max_leaves=20
)
states = st.dictionaries(field_names, values)

property_test = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    with StoreServer(tmp_path_factory.mktemp("store")) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: StoreServer) -> Iterator[MongoClient[Document]]:
    with server.client() as client:
        yield client


@pytest.fixture
def documents(client: MongoClient[Document]) -> Iterator[Documents]:
    documents = client["test"]["documents"]
    yield documents
    documents.drop()


def read(documents: Documents, identity: object) -> Document:
    document = documents.find_one({"_id": identity})
    assert document is not None
    return document


def stored_as(document: Document) -> bytes:
    return bson.encode(document, codec_options=OPTIONS)


@property_test
@given(first=states, second=states)
def test_a_document_comes_back_byte_for_byte(
    documents: Documents, first: Document, second: Document
) -> None:
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, repr((first, second))))
    documents.delete_many({"_id": identity})
    documents.insert_one({"_id": identity, "state": first})

    inserted = read(documents, identity)
    documents.update_one({"_id": identity}, {"$set": {"state": second}})
    updated = read(documents, identity)
    assert stored_as(inserted) == stored_as({"_id": identity, "state": first})
    assert stored_as(updated) == stored_as({"_id": identity, "state": second})


def sort_of(identity: object) -> object:
    """Equal exactly for what MongoDB holds to be the same id: all numbers are of one sort."""
    if isinstance(identity, bool):
        return ("bool", identity)
    return ("number", identity) if isinstance(identity, int | float) else identity


ids = (
    scalars.filter(lambda value: value is not None)
    | st.integers(-3, 3)
    | st.sampled_from([1.0, -0.0, 2**53, 2**53 + 1, float(2**53), "1", True])
)


@property_test
@given(identities=st.lists(ids, max_size=12))
def test_each_id_is_taken_once_and_found_again(
    documents: Documents, identities: list[object]
) -> None:
    documents.delete_many({})
    taken: dict[object, int] = {}
    for number, identity in enumerate(identities):
        if sort_of(identity) in taken:
            with pytest.raises(DuplicateKeyError):
                documents.insert_one({"_id": identity, "number": number})
        else:
            documents.insert_one({"_id": identity, "number": number})
            taken[sort_of(identity)] = number
    for identity in identities:
        found = list(documents.find({"_id": identity}))
        assert [document["number"] for document in found] == [taken[sort_of(identity)]]


def test_duplicates_are_named_by_their_place_and_the_others_are_written(
    documents: Documents,
) -> None:
    documents.insert_one({"_id": "b"})
    with pytest.raises(BulkWriteError) as raised:
        documents.insert_many([{"_id": i} for i in "abcb"], ordered=False)
    errors = raised.value.details["writeErrors"]
    assert [(error["index"], error["code"]) for error in errors] == [(1, 11000), (3, 11000)]
    assert [document["_id"] for document in documents.find()] == ["b", "a", "c"]


def test_compare_and_set_counts_exactly_with_eight_writers(documents: Documents) -> None:
    documents.insert_one({"_id": "a", "version": 0, "outbox": []})

    def write(writer: int) -> None:
        done = 0
        while done < 50:
            version = read(documents, "a")["version"]
            change = {"$set": {"version": version + 1}, "$push": {"outbox": [writer, version]}}
            done += documents.update_one({"_id": "a", "version": version}, change).matched_count

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    document = read(documents, "a")
    assert document["version"] == 400
    assert [version for _, version in document["outbox"]] == list(range(400))


def test_a_filter_on_the_id_still_checks_every_other_field(documents: Documents) -> None:
    documents.insert_many([{"_id": i, "version": i, "tags": ["x"]} for i in range(3)])
    for query, found in (
        ({"_id": 1, "version": 2}, 0),
        ({"_id": {"$in": [0, 1, 2]}, "version": {"$gte": 1}}, 2),
        ({"_id": 1, "$or": [{"version": 1}, {"tags": "y"}]}, 1),
    ):
        assert documents.count_documents(query) == found


ordinals = st.integers(0, 3) | st.floats(0, 3).map(round).map(float) | st.none() | st.text("x")
records = st.fixed_dictionaries({}, optional={"ordinal": ordinals | st.lists(ordinals)})
outboxes = st.none() | ordinals | records | st.lists(records | ordinals | st.lists(records))
bodies = st.fixed_dictionaries({}, optional={"outbox": outboxes})
changes = st.lists(st.tuples(st.integers(0, 4), st.none() | bodies), max_size=12)


@property_test
@given(changes=changes, asked=ordinals, others=st.lists(ordinals, max_size=3))
def test_an_index_finds_what_a_scan_finds(
    client: MongoClient[Document], changes: list[Any], asked: object, others: list[object]
) -> None:
    scanned, indexed = client["test"]["scanned"], client["test"]["indexed"]
    indexed.create_index("outbox.ordinal", sparse=True)
    for documents in (scanned, indexed):
        documents.delete_many({})
        for identity, body in changes:
            if body is None:
                documents.delete_one({"_id": identity})
            else:
                documents.replace_one({"_id": identity}, body, upsert=True)

    for condition in ({"$exists": True}, {"$exists": False}, asked, {"$in": others}):
        query = {"outbox.ordinal": condition}
        expected, actual = scanned.find(query), indexed.find(query)
        assert sorted(d["_id"] for d in actual) == sorted(d["_id"] for d in expected), query


def test_an_index_is_built_from_the_documents_that_are_there(documents: Documents) -> None:
    documents.insert_many([{"_id": i, "state": {"office": f"{i % 2}"}} for i in range(600)])
    documents.create_index("state.office")
    documents.bulk_write([UpdateOne({"_id": i}, {"$unset": {"state": 1}}) for i in range(100)])
    assert documents.count_documents({"state.office": "1"}) == 250


def test_a_unique_index_leaves_no_trace_when_it_cannot_be_built_or_is_dropped(
    documents: Documents,
) -> None:
    documents.insert_many([{"_id": 1, "number": 1}, {"_id": 2, "number": 1}])
    with pytest.raises(DuplicateKeyError):
        documents.create_index("number", unique=True)
    documents.delete_one({"_id": 2})
    documents.create_index("number", unique=True)
    with pytest.raises(DuplicateKeyError):
        documents.insert_one({"_id": 3, "number": 1})
    documents.drop()
    documents.insert_many([{"_id": 1, "number": 1}, {"_id": 2, "number": 1}])
    assert documents.estimated_document_count() == 2


def test_a_large_result_comes_in_several_answers(documents: Documents) -> None:
    for start in range(0, 6000, 1000):
        documents.insert_many([{"_id": start + i, "value": b"x" * 9000} for i in range(1000)])
    assert [document["_id"] for document in documents.find()] == list(range(6000))


def test_a_document_cannot_grow_beyond_what_can_be_read(documents: Documents) -> None:
    documents.insert_one({"_id": 1, "outbox": [b"x" * 9_000_000]})
    grow = {"$push": {"outbox": b"x" * 9_000_000}}
    with pytest.raises(WriteError, match="BSONObj size"):
        documents.update_one({"_id": 1}, grow)
    assert len(read(documents, 1)["outbox"]) == 1


def test_a_renamed_collection_keeps_its_indexes(documents: Documents) -> None:
    documents.create_index("number", unique=True)
    documents.insert_one({"_id": 1, "number": 1})
    documents.rename("renamed")
    renamed = documents.database["renamed"]
    with pytest.raises(DuplicateKeyError):
        renamed.insert_one({"_id": 2, "number": 1})
    assert renamed.count_documents({"number": 1}) == 1
    renamed.drop()


def test_a_dropped_database_starts_empty_again(client: MongoClient[Document]) -> None:
    client["other"]["documents"].insert_one({"_id": 1})
    client.drop_database("other")
    client["other"]["documents"].insert_one({"_id": 1})


def test_a_database_cannot_be_named_like_a_path(client: MongoClient[Document]) -> None:
    with pytest.raises(OperationFailure, match="Invalid database name"):
        client["~root"]["documents"].insert_one({"_id": 1})
