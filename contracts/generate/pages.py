"""A page for each topic, for people who read it: generated from the catalogue and the schemas."""

import inspect
import json
from collections.abc import Iterator

from contracts.event import Event
from contracts.generate.artefacts import CONTRACTS
from contracts.generate.examples import example_of
from contracts.generate.page_code import javascript_code, python_code
from contracts.generate.page_fields import Row, rows_of
from contracts.generate.page_index import NOTICE, index_page
from contracts.generate.schemas import schema_of
from contracts.topic import DAY_MS, Cleanup, Topic
from contracts.topics import TOPICS, quarantine_of

DOCS = CONTRACTS.parent / "docs"
_FILES = "../../contracts"


def pages() -> dict[str, str]:
    """The text of every page, by its path below `docs/`."""
    return {
        "topics/README.md": index_page(),
        **{f"topics/{topic.name}.md": topic_page(topic) for topic in TOPICS},
    }


def topic_page(topic: Topic) -> str:
    """The page of one topic."""
    parts = [
        f"{NOTICE}\n# {topic.name}\n\n{topic.summary}\n",
        _facts(topic),
        _events(topic),
        *(_event(topic, event) for event in topic.events),
        _code(topic),
        _MORE,
    ]
    return "\n".join(filter(None, parts))


def _facts(topic: Topic) -> str:
    facts = {
        "owner": f"`{topic.owner}`, which alone writes to it",
        "known readers": _readers(topic),
        "key": topic.key,
        "partitions": f"{topic.partitions}, fixed",
        "partition of a record": _partition(topic),
        "kept": _kept(topic),
        "delivery": _delivery(topic),
        "order": _order(topic),
        "day markers": _markers(topic),
    }
    rows = [f"| {name} | {text} |" for name, text in facts.items()]
    return "\n".join(["| | |", "| --- | --- |", *rows, ""])


def _readers(topic: Topic) -> str:
    if not topic.readers:
        return "none of ours"
    known = [
        f"`{reader}` (what it cannot read goes to [{quarantine}]({quarantine}.md))"
        for reader, quarantine in sorted(topic.readers.items())
    ]
    return "<br>".join(known)


def _is_quarantine(topic: Topic) -> bool:
    return topic.name == quarantine_of(topic.owner)


def _is_transactional(topic: Topic) -> bool:
    """Whether it is written by the fold, in one transaction with the cursor."""
    return bool(topic.events) and not topic.has_day_markers


def _partition(topic: Topic) -> str:
    if topic.broadcast:
        return "every event stands in every partition"
    if _is_transactional(topic):
        return "the partition number of the input that it follows from; the key does not decide it"
    if topic.partitions == 1:
        return "0"
    return f"[of the key](README.md#partitions): `(murmur2(key) & 0x7fffffff) % {topic.partitions}`"


def _kept(topic: Topic) -> str:
    if topic.cleanup is Cleanup.COMPACT:
        return "the latest record of each key (`cleanup.policy=compact`)"
    if topic.retention_ms < 0:
        return "for ever (`cleanup.policy=delete`, `retention.ms=-1`)"
    return f"{topic.retention_ms / DAY_MS:g} days (`retention.ms={topic.retention_ms}`)"


def _delivery(topic: Topic) -> str:
    if _is_quarantine(topic):
        return "at least once: a copy may stand twice, with the same source topic and offset"
    if not _is_transactional(topic):
        return "at least once: the same `ce_id` and `ce_sequence` when it is sent again"
    if topic.cleanup is Cleanup.COMPACT:
        return (
            "to readers of committed records; each record is absolute and takes the place of the "
            "one before of its key, so a repeat changes nothing"
        )
    return "once, to readers of committed records: written in one transaction with the cursor"


def _order(topic: Topic) -> str:
    if _is_quarantine(topic):
        return "as they were set aside"
    if _is_transactional(topic):
        return "by offset in a partition; the cursor is the last record of its transaction"
    return (
        "in each partition; the events of a `ce_subject` have the `ce_sequence` 1, 2, 3… without "
        "a gap"
    )


def _markers(topic: Topic) -> str:
    if topic.has_day_markers:
        return "yes: [`DayClosed`](README.md#day-markers) in every partition"
    return "no"


def _events(topic: Topic) -> str:
    if not topic.events:
        return (
            "Key, value and headers are those of the record as it was found. Beside them stand "
            "`__zarbia.error.topic`,\n`partition` and `offset` (where it stood), `stage` (how far "
            "the reading came), `reason` (codes, with commas\nbetween) and `message`. See "
            "[Quarantine](README.md#quarantine).\n"
        )
    rows = [
        f"| [{_title(topic, event)}](#{_anchor(topic, event)}) | `{event.event_type()}` "
        f"| {_first_sentence(event)} |"
        for event in topic.events
    ]
    head = ["## Events", "", "| event | `ce_type` | says |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows, ""])


def _event(topic: Topic, event: type[Event]) -> str:
    name = event.schema_name()
    notes = [_docstring(event), *_superseded(topic, event)]
    lines = [
        f"## {_title(topic, event)}",
        "",
        "\n\n".join(notes),
        "",
        f"[Schema]({_FILES}/schemas/{name}.json), [example]({_FILES}/examples/{name}.json).",
        "",
        "| field | type | always | meaning | form |",
        "| --- | --- | --- | --- | --- |",
        *map(_row, rows_of(schema_of(event))),
        "",
        *_example(topic, event),
    ]
    return "\n".join(lines)


def _docstring(event: type[Event]) -> str:
    return inspect.cleandoc(event.__doc__ or "").replace("``", "`")


def _superseded(topic: Topic, event: type[Event]) -> Iterator[str]:
    newest = max(e.version for e in topic.events if e.__name__ == event.__name__)
    if newest > event.version:
        yield f"**Version {newest} stands beside it**: the changelog says until when."


def _example(topic: Topic, event: type[Event]) -> Iterator[str]:
    example = example_of(event).document()
    shown = {part: example[part] for part in ("partition", "key", "headers", "value")}
    where = "" if example["topic"] == topic.name else f", of {example['topic']}"
    yield f"<details><summary>Example{where}</summary>"
    yield ""
    yield f"```json\n{json.dumps(shown, indent=2, ensure_ascii=False)}\n```"
    yield ""
    yield "</details>"
    yield ""


def _row(row: Row) -> str:
    always = "yes" if row.required else ""
    cells = (f"`{row.path}`", row.type, always, row.meaning, row.form)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """Text that does not end its cell of a table."""
    return text.replace("|", r"\|")


def _title(topic: Topic, event: type[Event]) -> str:
    """The name, with its version where the topic has several of it."""
    several = sum(other.__name__ == event.__name__ for other in topic.events) > 1
    return f"{event.__name__} v{event.version}" if several else event.__name__


def _anchor(topic: Topic, event: type[Event]) -> str:
    return _title(topic, event).lower().replace(" ", "-")


def _first_sentence(event: type[Event]) -> str:
    first = " ".join(_docstring(event).split("\n\n", maxsplit=1)[0].split())
    return _cell(first.split(". ", maxsplit=1)[0].rstrip("."))


def _code(topic: Topic) -> str:
    events = bool(topic.events)
    return f"""\
## Read it

`ZARBIA_KAFKA` is the broker, `host:port`. What matters: [how to read](README.md#how-to-read).

```python
{python_code(topic.name, events=events)}```

```javascript
{javascript_code(topic.name, events=events)}```

On the command line: `zarbia tail {topic.name}`.
"""


_MORE = """\
## Versions and deprecation

Inside a version only optional fields are added. A break is a new version beside this one; the old
one is published for at least 12 months after its end is announced here and in the
[changelog](../../CHANGELOG.md). All of it:
[versions and deprecation](README.md#versions-and-deprecation), [envelope](README.md#envelope).
"""
