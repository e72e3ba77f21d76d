"""A broker and a store in containers, for machines that have a container engine and no Java."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from testcontainers.core.container import DockerContainer

from console.stack.ports import free_base
from console.stack.probes import broker_answers, store_answers

KAFKA_IMAGE = "apache/kafka:4.3.1"
MONGO_IMAGE = "mongo:8.0.17"
START_TIMEOUT_S = 90


def broker_container(containers: ExitStack) -> str:
    """Start Apache Kafka; `containers` stops it. Returns its `host:port`."""
    # The broker tells its clients where to find it, so the port must be known before it starts.
    port = free_base((0,))
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(9092, port)
    containers.enter_context(container.with_envs(**broker_environment(port)))
    address = f"localhost:{port}"
    _wait(KAFKA_IMAGE, lambda: broker_answers(address))
    return address


def broker_environment(port: int) -> dict[str, str]:
    """What the broker's image is told: clients reach it at `port` of this machine."""
    # One variable given, and the image drops all of its defaults.
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://localhost:{port}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS": str(2**63 - 1),
    }


def store_container(containers: ExitStack) -> str:
    """Start MongoDB; `containers` stops it. Returns its URL."""
    container = containers.enter_context(DockerContainer(MONGO_IMAGE).with_exposed_ports(27017))
    host, port = container.get_container_host_ip(), container.get_exposed_port(27017)
    url = f"mongodb://{host}:{port}"
    _wait(MONGO_IMAGE, lambda: store_answers(url))
    return url


def _wait(image: str, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not answers():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{image} does not answer after {START_TIMEOUT_S} s")
        time.sleep(0.2)
