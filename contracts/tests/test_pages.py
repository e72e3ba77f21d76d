"""The pages of the topics hold all that the schemas hold, and every link leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from contracts.catalogue import EVENTS
from contracts.event import Event
from contracts.generate import pages as generator
from contracts.generate.examples import example_of
from contracts.generate.page_fields import Row, rows_of
from contracts.generate.pages import DOCS, pages, topic_page
from contracts.generate.schemas import schema_of
from contracts.orders import OrderPaid
from contracts.topic import Cleanup, Topic
from contracts.topics import TOPICS

PAGES = pages()
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")
MAPS = {"offsets", "sources"}


def paths(data: Any, prefix: str = "") -> Iterator[str]:
    """The paths of all that stands in the data, in the form of the tables."""
    if isinstance(data, list):
        for item in data:
            yield from paths(item, f"{prefix}[]")
    elif isinstance(data, dict) and prefix not in MAPS:
        for name, value in data.items():
            path = f"{prefix}.{name}" if prefix else name
            yield path
            yield from paths(value, path)


def anchors(page: str) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_topic_has_a_page_and_stands_in_the_index() -> None:
    assert PAGES.keys() == {"topics/README.md", *(f"topics/{t.name}.md" for t in TOPICS)}
    assert all(f"[{topic.name}]({topic.name}.md)" in PAGES["topics/README.md"] for topic in TOPICS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.schema_name())
def test_the_table_has_a_row_for_all_of_the_example(event: type[Event]) -> None:
    rows = {row.path for row in rows_of(schema_of(event))}
    assert set(paths(example_of(event).document()["value"])) <= rows


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.schema_name())
def test_every_field_means_something(event: type[Event]) -> None:
    """Give the field a description in its model, or its name a line in `meanings.py`."""
    assert [row.path for row in rows_of(schema_of(event)) if not row.meaning] == []


def test_rows_tell_type_form_and_need() -> None:
    schema = {
        "required": ["a", "e"],
        "properties": {
            "a": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Part"}},
            "d": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
            "e": {"enum": ["x", "y"], "type": "string", "description": "beside"},
        },
        "$defs": {
            "Part": {
                "description": "What it is. More of it.",
                "type": "object",
                "properties": {"b": {"type": "string", "pattern": "^a|b$"}},
            }
        },
    }
    assert list(rows_of(schema)) == [
        Row("a", "list of object", True, "", "at least 1"),
        Row("a[].b", "string", False, "", "`^a|b$`"),
        Row("d", "map to integer", False, "", "from 0"),
        Row("e", "string", True, "beside", "`x`, `y`"),
    ]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    for target, anchor in LINK.findall(PAGES[name]):
        file = (DOCS / name).parent / target if target else DOCS / name
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text("utf-8")), f"{target}#{anchor}"


@pytest.mark.parametrize("name", PAGES)
def test_tables_have_as_many_cells_in_each_row(name: str) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", PAGES[name], re.MULTILINE)
    assert tables
    for table in tables:
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(cells) == 1, table


def test_a_page_says_how_its_topic_is_kept_and_what_is_promised() -> None:
    by_name = {topic.name: PAGES[f"topics/{topic.name}.md"] for topic in TOPICS}
    for topic in TOPICS:
        page = by_name[topic.name]
        assert f"cleanup.policy={topic.cleanup.value}" in page
        assert f"| {topic.partitions}, fixed |" in page
        assert "at least 12 months" in page
        assert all(quarantine in page for quarantine in topic.readers.values())
    assert "(murmur2(key) & 0x7fffffff) % 12" in by_name["exports.shipments.v1"]
    assert "every event stands in every partition" in by_name["insurance.rules.v1"]
    assert "partition number of the input" in by_name["export-metrics.risk-triggers.v1"]
    assert "__zarbia.error.reason" in by_name["exports.quarantine.v1"]


def test_two_versions_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    class Newer(OrderPaid):
        """The order is paid, told in another way."""

        version: ClassVar[int] = 2

    Newer.__name__ = "OrderPaid"
    monkeypatch.setattr(generator, "example_of", lambda _: example_of(OrderPaid))
    topic = Topic("a.b.v1", "a", "id", "Both.", (OrderPaid, Newer), 3, Cleanup.DELETE, 86_400_000)

    page = topic_page(topic)

    assert "## OrderPaid v1\n" in page
    assert "## OrderPaid v2\n" in page
    assert "[OrderPaid v2](#orderpaid-v2)" in page
    assert page.count("**Version 2 stands beside it**") == 1
    assert "| 1 days (`retention.ms=86400000`) |" in page


def test_no_page_holds_an_address() -> None:
    assert not [name for name, page in PAGES.items() if "://" in page]


def test_the_changelog_that_pages_name_is_there() -> None:
    assert (Path(DOCS).parent / "CHANGELOG.md").is_file()
