"""One running platform for all journeys: each uses producers, offices and numbers of its own."""

from collections.abc import Iterator

import pytest

from console.stack import running
from console.stack.plan import SERVICES
from console.stack.ports import BROKER, CONTROLLER, MAILBOX, STORE, free_base
from tests.journey.platform import Platform

PORTS = (BROKER, CONTROLLER, STORE, MAILBOX, *(service.port_offset for service in SERVICES))


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("platform")
    with running(folder, port_base=free_base(PORTS)) as stack:
        yield Platform(stack)
