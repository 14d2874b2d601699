"""The port on which a stack answers."""

import asyncio
import socket

from services.standalone.serving import listen


async def test_an_answer_is_sent_at_once_on_asyncio_s_own_loop_too() -> None:
    writers: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    server = await asyncio.start_server(lambda _reader, writer: writers.put_nowait(writer), sock=listen(0))
    async with server:
        _reader, client = await asyncio.open_connection(*server.sockets[0].getsockname())
        answering = await writers.get()
        assert answering.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        for writer in (client, answering):
            writer.close()
            await writer.wait_closed()
