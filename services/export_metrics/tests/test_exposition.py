"""The national picture as Prometheus sees it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from contracts.export_metrics import Evidence, PartitionClosed, RiskTriggerConstituted
from contracts.nation import NationalDayClosed
from services.export_metrics.picture.exposition import (
    LEAST_PAUSE_SECONDS,
    OTHER,
    YEARS,
    PictureCollector,
    bounded,
    exposed,
)
from services.export_metrics.picture.figures import NationalFigures
from services.export_metrics.picture.national import NationalPicture
from services.export_metrics.picture.triggers import RiskTriggers
from services.export_metrics.tests.events import uuid_of
from services.export_metrics.tests.picture import contribution

VALUES = st.dictionaries(
    st.tuples(st.sampled_from(["2022", "2023", "2024", "2025"]), st.text("abcd", max_size=2)),
    st.integers(-(10**15), 10**15),
)
EVIDENCE = Evidence(
    event_id=uuid_of(9), event_type="ma.zarbia.exports.ShipmentLost.v1", subject="a"
)


def constituted(number: int) -> RiskTriggerConstituted:
    return RiskTriggerConstituted(
        trigger_id=uuid_of(number),
        rule="total-loss",
        rule_version=1,
        subject_kind="shipment",
        subject=uuid_of(number),
        episode=1,
        knowledge_day=date(2025, 6, 30),
        exposed_mad_centimes=100,
        evidence=(EVIDENCE,),
    )


class Picture:
    """A collector with its surroundings; `now` in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.not_ready: list[str] = []
        self.figures = NationalFigures(1)
        self.triggers = RiskTriggers()
        self.nation = NationalPicture()
        self.collector = PictureCollector(
            self.figures,
            self.triggers,
            self.nation,
            lambda: self.not_ready,
            lambda: self.not_ready,
            lambda: self.not_ready,
            lambda: self.now,
        )

    def samples(self) -> dict[tuple[str, ...], float]:
        """By metric and label values; the age of what was worked out before is over."""
        self.now += LEAST_PAUSE_SECONDS
        return self.samples_now()

    def samples_now(self) -> dict[tuple[str, ...], float]:
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in self.collector.collect()
            for sample in family.samples
        }


def test_value_by_product_group_and_partner_of_each_year() -> None:
    picture = Picture()
    picture.figures.apply(
        0,
        [
            contribution(1_050, month="2024-12"),
            contribution(200, month="2025-01", product_group="pottery", partner="US"),
            contribution(300, month="2025-02", product_group="pottery", partner="US"),
        ],
    )

    assert picture.samples() == {
        ("zarbia_exports_fob_mad", "2024", "carpets"): 10.5,
        ("zarbia_exports_fob_mad", "2025", "pottery"): 5.0,
        ("zarbia_exports_fob_partner_mad", "2024", "FR"): 10.5,
        ("zarbia_exports_fob_partner_mad", "2025", "US"): 5.0,
    }


def test_triggers_by_rule_and_state_and_the_day_that_is_published() -> None:
    picture = Picture()
    closing = PartitionClosed(generation=1, partition=0, through=date(2025, 6, 30), held=0)
    picture.figures.apply(0, [closing])
    picture.triggers.apply(0, [constituted(1), constituted(2)])

    assert picture.samples() == {
        ("zarbia_exports_closed_timestamp_seconds",): 1751324400.0,  # 2025-07-01T00:00+01:00
        ("zarbia_risk_triggers", "total-loss", "open"): 2,
    }


def decided(subject: str, through: date) -> NationalDayClosed:
    return NationalDayClosed(generation=1, subject=subject, through=through)


def test_the_day_that_is_decided_for_the_nation_by_what_is_decided() -> None:
    picture = Picture()
    assert picture.samples() == {}

    picture.nation.apply(0, [decided("participation", date(2025, 6, 29))])
    picture.nation.apply(1, [decided("exposure", date(2025, 6, 29))])
    picture.nation.apply(0, [decided("participation", date(2025, 6, 30))])

    assert picture.samples() == {
        ("zarbia_national_closed_timestamp_seconds", "participation"): 1751324400.0,
        ("zarbia_national_closed_timestamp_seconds", "exposure"): 1751324400.0 - 86_400,
    }


def test_a_picture_that_is_not_whole_is_not_shown() -> None:
    picture = Picture()
    picture.figures.apply(0, [contribution(100)])
    picture.nation.apply(0, [decided("exposure", date(2025, 6, 29))])
    picture.not_ready = ["not read to its end yet"]

    assert picture.samples() == {}


def test_is_worked_out_again_only_after_a_pause() -> None:
    picture = Picture()
    before = picture.samples()
    picture.figures.apply(0, [contribution(100)])

    assert picture.samples_now() == before == {}
    assert picture.samples() != {}


def test_the_largest_of_all_years_stay_and_the_rest_is_other() -> None:
    values = {
        ("2024", "FR"): 50, ("2024", "US"): 40, ("2024", "ES"): 30,
        ("2025", "FR"): 1, ("2025", "US"): 1, ("2025", "IT"): 60,
    }  # fmt: skip

    assert bounded(values, 2) == {
        ("2024", "FR"): 50, ("2024", OTHER): 70,
        ("2025", "FR"): 1, ("2025", "IT"): 60, ("2025", OTHER): 1,
    }  # fmt: skip


@given(VALUES, st.integers(1, 4))
def test_labels_are_bounded_and_nothing_of_a_shown_year_is_lost(
    values: dict[tuple[str, str], int], names: int
) -> None:
    found = bounded(values, names)

    years = sorted({year for year, _ in values})[-YEARS:]
    assert {year for year, _ in found} == set(years)
    assert len({name for _, name in found}) <= names + 1
    for year in years:
        before = sum(value for key, value in values.items() if key[0] == year)
        assert sum(value for key, value in found.items() if key[0] == year) == before


def test_is_in_the_exposition_only_while_the_service_runs() -> None:
    picture = Picture()
    picture.triggers.apply(0, [constituted(1)])
    picture.now += LEAST_PAUSE_SECONDS
    labels = {"rule": "total-loss", "state": "open"}

    with exposed(picture.collector):
        assert REGISTRY.get_sample_value("zarbia_risk_triggers", labels) == 1
    assert REGISTRY.get_sample_value("zarbia_risk_triggers", labels) is None
