"""Terms of rules to be tried: read from a file, and put before those that the input holds."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid5

from pydantic import TypeAdapter, ValidationError, field_validator

from chassis.outbox import event_id
from chassis.reader.quarantine import Record as AnyRecord
from console.recording import Record
from contracts.codec import to_kafka
from contracts.envelope import Envelope, source_of
from contracts.event import DayClosed
from contracts.insurance import RuleTermsSet
from contracts.problem import Problem, problems_of
from contracts.topics import INSURANCE_RULES
from contracts.values import Ordinal
from services.insurance.domain import KNOWN_RULES, RULE_IDS, WHOLE, CoverPercent, SetRuleTerms

_MARKER = DayClosed.event_type().encode()


class TermsError(Exception):
    """A file of terms that cannot be tried: a line for each thing that is wrong with it."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{path}: {problem}" for problem in problems))


class TriedTerms(SetRuleTerms):
    """Terms as they are set, with the version that they shall have. Cover changes no trigger."""

    version: Ordinal
    cover_percent: CoverPercent = WHOLE

    @field_validator("rule")
    @classmethod
    def _known(cls, rule: str) -> str:
        if rule not in KNOWN_RULES:
            raise ValueError(f"{rule} is no rule with terms; there is {', '.join(KNOWN_RULES)}")
        return rule

    @field_validator("cover_percent")
    @classmethod
    def _of_the_whole(cls, percent: Decimal) -> Decimal:
        if percent > WHOLE:
            raise ValueError("must be at most 100")
        return percent

    def event(self) -> RuleTermsSet:
        return RuleTermsSet(
            rule=self.rule,
            rule_version=self.version,
            set_on=self.effective_on,
            effective_on=self.effective_on,
            waiting_days=self.waiting_days,
            least_exposure_mad_centimes=int(self.least_exposure_mad.scaleb(2)),
            cover_percent=self.cover_percent,
        )

    def __str__(self) -> str:
        least = f", from {self.least_exposure_mad} MAD" if self.least_exposure_mad else ""
        return (
            f"{self.rule} v{self.version} from {self.effective_on}: {self.waiting_days} days{least}"
        )


Terms = tuple[TriedTerms, ...]
_FILE: TypeAdapter[list[TriedTerms]] = TypeAdapter(list[TriedTerms])


def read_terms(path: Path) -> Terms:
    """A JSON object, or an array of such. Raises TermsError."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TermsError(path, [Problem("unreadable", "", str(error.strerror))]) from error
    except (ValueError, RecursionError) as error:  # nested too deep, it is no file of terms either
        raise TermsError(path, [Problem("json_malformed", "", f"is no JSON: {error}")]) from error
    several = isinstance(content, list)
    try:
        terms = tuple(_FILE.validate_python(content if several else [content]))
    except ValidationError as error:
        raise TermsError(path, [_told(p, several=several) for p in problems_of(error)]) from error
    if problems := _problems(terms):
        raise TermsError(path, problems)
    return terms


def _told(problem: Problem, *, several: bool) -> Problem:
    """As the file is written, in which nobody has to know our names."""
    message = problem.message
    if problem.code == "field_model_type":
        message = "must be an object with the terms of a rule"
    place, _, field = problem.field.partition(".")
    return Problem(problem.code, problem.field if several or place != "0" else field, message)


def _problems(terms: Terms) -> list[Problem]:
    if not terms:
        return [Problem("terms_missing", "", "holds no terms")]
    stated = Counter((each.rule, each.version) for each in terms)
    return [
        Problem(
            "version_twice", f"{at}.version", f"version {each.version} of {each.rule} stands twice"
        )
        for at, each in enumerate(terms)
        if stated[each.rule, each.version] > 1
    ]


class Trial:
    """The input as it would be had these terms been set before anything else.

    A version that the input sets, too, is replaced: the first to set a version sets it.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.begun: set[int] = set()
        """The partitions in which they were set."""

    def seen(self, record: AnyRecord) -> Iterator[AnyRecord]:
        """What stands in place of a record: after the opening of the rules, the terms as well."""
        yield record
        if (
            record.topic == INSURANCE_RULES.name
            and record.partition not in self.begun
            and dict(record.headers).get("ce_type") == _MARKER
        ):
            self.begun.add(record.partition)
            for each in self._terms:
                yield _record(each, record)  # type: ignore[misc]  # its headers all have values


def _record(terms: TriedTerms, after: AnyRecord) -> Record:
    """Of an aggregate of its own, so that it takes the place of no event of the rule."""
    event = terms.event()
    data, source = event.encode(), source_of(INSURANCE_RULES.owner)
    subject = str(uuid5(RULE_IDS, f"{terms.rule} tried {terms.version}"))
    envelope = Envelope(
        id=event_id(source, subject, 1, event.event_type(), data),
        source=source,
        type=event.event_type(),
        time=datetime.combine(event.effective_on, time.min, UTC),
        subject=subject,
        dataschema=event.dataschema(),
        data=data,
        partitionkey=subject,
        sequence=1,
    )
    key, value, headers = to_kafka(envelope)
    place = (after.topic, after.partition, after.offset)
    return Record(*place, after.timestamp, key, value, tuple(headers))
