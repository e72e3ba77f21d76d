"""Fold until SIGTERM: ``python -m bench.scaling.member BROKER DATA``."""

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

from bench.scaling import subject


async def main(broker: str, data: str) -> None:
    work = asyncio.create_task(subject.fold(broker, Path(data)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with suppress(asyncio.CancelledError):
        await work


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
