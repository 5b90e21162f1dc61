"""One port for pages and live streams: `/live` is answered here, everything else by the WSGI application in threads.

`granian --interface asgi giao.site.asgi:application`. Behind a proxy the two can be served apart: pages by
`giao.site.wsgi` (quicker for pages alone), `/live` by this.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware

from giao.site.wsgi import application as pages

THREADS = int(os.environ.get("GIAO_THREADS", "4"))


class Application:
    """Made when the worker process runs: threads do not outlive a fork."""

    def __init__(self) -> None:
        self._pages: Any = None
        self._live: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["path"] == "/live":
            if self._live is None:
                from giao.kernel.live.stream import LiveStream

                self._live = LiveStream()
            await self._live(scope, receive, send)
            return
        if self._pages is None:
            self._pages = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]  # Django's handler is a WSGI application

        # The server hands over awaitables that are no coroutines; the threads of the pages need coroutines.
        async def next_part() -> Any:
            return await receive()

        async def say(message: Any) -> None:
            await send(message)

        await self._pages(scope, next_part, say)


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = Application()
