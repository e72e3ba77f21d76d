"""A running platform of its own: what is made up here must not disturb other tests' figures."""

from collections.abc import Iterator

import pytest

from console.stack import running
from console.stack.plan import SERVICES
from console.stack.ports import BROKER, CONTROLLER, MAILBOX, STORE, free_base
from services.exports.examples import EXPORT_BODY
from services.orders.examples import PLACE_BODY
from services.registry.examples import REGISTER_LINE
from tests.api.fuzzing import Existing
from tests.journey.platform import Platform

PORTS = (BROKER, CONTROLLER, STORE, MAILBOX, *(service.port_offset for service in SERVICES))


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("platform")
    with running(folder, port_base=free_base(PORTS)) as stack:
        yield Platform(stack)


@pytest.fixture(scope="package")
def existing(platform: Platform) -> Existing:
    """One producer, one order and one shipment, from the examples of the interfaces."""
    register = REGISTER_LINE["command"]
    producer = platform.post("registry", "/v1/producers", register, key="existing")["id"]
    order = platform.post("orders", "/v1/orders", PLACE_BODY, key="existing")["id"]
    export = EXPORT_BODY | {"exporter_id": producer}
    shipment = platform.post("exports", "/v1/shipments", export, key="existing")["id"]
    return Existing(producer, order, shipment)
