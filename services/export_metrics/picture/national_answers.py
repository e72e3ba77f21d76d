"""What the routes of participation and exposure answer."""

from datetime import date, timedelta

from pydantic import BaseModel, Field

from services.export_metrics.picture.basis import Knowledge, Months, Status, dated
from services.export_metrics.picture.national import NationalPicture, Row
from services.export_metrics.picture.period import Period
from services.export_metrics.picture.rounding import decimal

PARTICIPATION = "participating-exporters/1"
EXPOSURE = "open-receivables/1"


class Exporters(BaseModel):
    """How many exporters of one group; `value` is that of the dimension asked for."""

    value: str
    exporters: int


class ParticipationAnswer(BaseModel):
    """Distinct exporters. Groups need not add up to the total: one that moved counts in each."""

    status: Status
    period: Months
    knowledge: Knowledge
    by: str | None
    rows: list[Exporters]
    total: int
    definition: str = PARTICIPATION


class Owed(BaseModel):
    """What one debtor, or those of one country, owe in open invoices."""

    value: str
    open_mad: str
    since: date = Field(description="the knowledge day that changed it last")


class ExposureAnswer(BaseModel):
    """Open receivables, the largest first; `count` is that of all rows."""

    status: Status
    knowledge: Knowledge
    by: str | None
    rows: list[Owed]
    count: int
    total_mad: str
    definition: str = EXPOSURE


def participation(
    picture: NationalPicture, last: Period, months: int, by: str | None, known_on: date | None
) -> ParticipationAnswer:
    """Of the `months` months that end with the one of `last`."""
    through = picture.participation_through()
    on = known_on or through or date.min
    (total,) = picture.exporters(last.last, months, "", on) or [Row("", 0, date.min)]
    rows = picture.exporters(last.last, months, by, on) if by else []
    last_change = max(row.since for row in (total, *rows))
    period = dated(last.ending(months), known_on or through, picture.first_day, last_change)
    return ParticipationAnswer(
        status=period.status,
        period=period,
        knowledge=_knowledge(through, known_on),
        by=by,
        rows=[Exporters(value=row.name, exporters=row.number) for row in rows],
        total=total.number,
    )


def exposure(
    picture: NationalPicture, through: date, by: str | None, known_on: date | None, limit: int
) -> ExposureAnswer:
    """At the end of `through`, the last day that is decided, or of an earlier one."""
    on = known_on or through
    (total,) = picture.owed("", on) or [Row("", 0, date.min)]
    rows = picture.owed(by, on) if by else []
    rows.sort(key=lambda row: -row.number)
    return ExposureAnswer(
        status="provisional",
        knowledge=_knowledge(through, known_on),
        by=by,
        rows=[
            Owed(value=row.name, open_mad=decimal(row.number, 2), since=row.since)
            for row in rows[:limit]
        ],
        count=len(rows),
        total_mad=decimal(total.number, 2),
    )


def _knowledge(through: date | None, known_on: date | None) -> Knowledge:
    open_day = through and through + timedelta(days=1)
    return Knowledge(known_on=known_on, open_day=open_day, closed_through=through)
