"""A real SMTP server that answers as a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 2.0.0 taken"


@dataclass
class Post:
    """What the server answers to each RCPT and each DATA, in turn; then it takes everything.

    `taken` has the content of each mail. When there are more than `says`, it does not say any more
    that it took one.
    """

    to_rcpt: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    says: int | None = None
    taken: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self.to_rcpt.pop(0) if self.to_rcpt else TAKEN
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.to_data.pop(0) if self.to_data else TAKEN
        if answer.startswith("250"):
            self.taken.append(envelope.original_content or b"")
        if self.says is not None and len(self.taken) > self.says:
            await asyncio.Event().wait()  # until the other side has gone
        return answer


@asynccontextmanager
async def smtp_server(post: Post, port: int = 0) -> AsyncIterator[int]:
    """A server on loopback; gives its port."""
    loop = asyncio.get_running_loop()
    connections: list[SMTP] = []

    def connect() -> SMTP:
        connections.append(SMTP(post, hostname="post.example", loop=loop))
        return connections[-1]

    async with await loop.create_server(connect, "127.0.0.1", port) as server:
        yield int(server.sockets[0].getsockname()[1])
    for connection in connections:
        if connection.transport:
            connection.transport.close()
    await asyncio.sleep(0)  # closed transports let go of their sockets in the next turn


@asynccontextmanager
async def talker(*lines: bytes) -> AsyncIterator[int]:
    """A server that says these lines, one for each that it is told, and then nothing more."""

    talks: set[asyncio.Task[None] | None] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        for line in lines:
            writer.write(line + b"\r\n")
            await writer.drain()
            if not await reader.readline():
                break
        await reader.read()  # until the other side gives up
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])
    await asyncio.gather(*(talk for talk in talks if talk))
