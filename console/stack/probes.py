"""Whether a part of the stack answers."""

import asyncio
import socket
from contextlib import suppress
from itertools import chain
from typing import Any

import httpx
import msgspec
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

PROBE_TIMEOUT_S = 2.0


class _Readiness(msgspec.Struct):
    """What a service answers on `/health/ready`: the problems of each part that it looked at."""

    checks: dict[str, list[str]]


def broker_answers(bootstrap: str) -> bool:
    """Whether the broker at `host:port[,host:port]` serves its metadata."""
    # Asked first, because the client below logs every refused connection as an error.
    if not any(_accepts(address) for address in bootstrap.split(",")):
        return False
    return asyncio.run(_serves_metadata(bootstrap))


async def _serves_metadata(bootstrap: str) -> bool:
    client = AIOKafkaClient(
        bootstrap_servers=bootstrap, request_timeout_ms=int(PROBE_TIMEOUT_S * 1000)
    )
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()


def _accepts(address: str) -> bool:
    host, _, port = address.strip().rpartition(":")
    with suppress(OSError, ValueError):
        socket.create_connection((host, int(port)), timeout=PROBE_TIMEOUT_S).close()
        return True
    return False


def store_answers(url: str) -> bool:
    """Whether the document store at the `mongodb://` URL answers."""
    try:
        timeout = int(PROBE_TIMEOUT_S * 1000)
        client: MongoClient[dict[str, Any]] = MongoClient(url, serverSelectionTimeoutMS=timeout)
        with client:
            client.admin.command("ping")
    except (PyMongoError, ValueError):
        return False
    return True


def mailbox_answers(address: str) -> bool:
    """Whether the SMTP server at `host:port` greets."""
    host, _, port = address.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), PROBE_TIMEOUT_S) as server:
        return server.recv(4) == b"220 "
    return False


def service_complaint(url: str) -> str:
    """Why a service that runs says that it is not ready; empty when it is, or says nothing."""
    with suppress(httpx.HTTPError, msgspec.MsgspecError):
        answer = httpx.get(f"{url}/health/ready", timeout=PROBE_TIMEOUT_S)
        if answer.status_code == 503:
            readiness = msgspec.json.decode(answer.content, type=_Readiness)
            return "; ".join(chain.from_iterable(readiness.checks.values()))
    return ""


def service_ready(url: str) -> bool:
    """Whether the service at the base URL says that it is ready."""
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/health/ready", timeout=PROBE_TIMEOUT_S).status_code == 200
    return False
