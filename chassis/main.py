"""How a service process starts: settings, logs, application, and one clear line when it cannot."""

import asyncio
import sys
from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI
from pydantic import ValidationError

from chassis.application import serve
from chassis.kafka import TopicMismatchError
from chassis.logs import configure
from chassis.settings import Settings
from contracts.problem import problems_of

CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h
T = TypeVar("T", bound=Settings)


def run(service: str, create_app: Callable[[T], FastAPI], settings_type: type[T]) -> None:
    """Run a service until it is told to stop. Exits with 78 when its configuration is wrong."""
    try:
        settings = settings_type()
    except ValidationError as error:
        for problem in problems_of(error):
            sys.stderr.write(f"ZARBIA_{problem.field.upper()}: {problem.message}\n")
        sys.exit(CONFIGURATION_ERROR)
    configure(service, settings.log_level)
    try:
        asyncio.run(_serve(create_app, settings))
    except TopicMismatchError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(CONFIGURATION_ERROR)


async def _serve(create_app: Callable[[T], FastAPI], settings: T) -> None:
    await serve(create_app(settings), settings)
