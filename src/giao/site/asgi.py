"""One port for pages and live streams: `/live` is answered here, everything else by the WSGI application in threads.

`granian --interface asgi giao.site.asgi:application`. Behind a proxy the two can be served apart: pages by
`giao.site.wsgi` (quicker for pages alone), `/live` by this.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware

from giao.site.pace import Body, TooSlow
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
            # Django's handler is a WSGI application, whatever its types say.
            self._pages = WSGIMiddleware(pages, workers=THREADS)  # type: ignore[arg-type]
        body = Body(receive)
        try:
            if _has_body(scope):
                await body.gather()
        except ConnectionResetError:
            return
        except TooSlow:
            await _refuse_slow(send)
            return

        async def say(message: Any) -> None:
            if (
                body.slow and message["type"] == "http.response.start"
            ):  # the page tells of a body that broke off
                message = {**message, "status": 408}
            await send(message)

        await self._pages(scope, body.part, say)


def _has_body(scope: Any) -> bool:
    """A GET without one is not asked for it."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _value in scope["headers"])


async def _refuse_slow(send: Any) -> None:
    headers = [
        (b"content-type", b"text/plain"),
        (b"connection", b"close"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": b"the request came too slowly\n"})


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


application = Application()
