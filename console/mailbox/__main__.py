"""Run the mailbox: ``python -m console.mailbox --path FOLDER --port PORT``. Loopback only."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

from console.mailbox.keeping import Keeping


async def serve(folder: Path, port: int) -> None:
    """Take mails until a stop signal comes."""
    keeping = Keeping(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeping, hostname="mailbox", loop=loop), "127.0.0.1", port
    )
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with server:
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m console.mailbox")
    parser.add_argument("--path", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    try:
        asyncio.run(serve(arguments.path, arguments.port))
    except OSError as error:
        sys.exit(f"the mailbox cannot start: {error}")


if __name__ == "__main__":
    main()
