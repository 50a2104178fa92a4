"""A Chromium that takes a picture of a page and can do nothing else: what is not trusted must reach nothing of ours.

- It connects through one door (`picture_door`) or not at all; it looks up no name.
- No scripts: what they could do goes past any proxy (WebRTC sends UDP to whatever address a page names). Before a page
  is asked for, this very Chromium is seen not to run one; one that does is sent away.
- Always in Chromium's sandbox, never as root (whoever is root becomes nobody for it), without a variable of ours, in a
  folder of its own that goes with it. Where there is no sandbox, there is no picture.
- It listens nowhere: it is spoken to through two pipes (DevTools protocol), and ends when they do.
"""

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import struct
import tempfile
from collections.abc import AsyncIterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.cutover.asking.picture_door import Ways, door

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Programs that are looked for, on PATH; the first is the same engine without windows and takes half the time."""

WIDTH, HEIGHT, SHRUNK = 1280, 960, 0.375
"""The window, and the share of it that a picture is wide and high."""
SIZE = (int(WIDTH * SHRUNK), int(HEIGHT * SHRUNK))
"""Of a picture, in pixels."""
PICTURE_BYTES = SIZE[0] * SIZE[1] * 3 + 10_000
"""What a picture may have at most: what cannot be packed at all."""
LOAD_SECONDS, PICTURE_SECONDS = 8.0, 30.0
"""Until a page is taken as it is, also where something of it is still to come; until it is given up."""

_LEAVING_SECONDS = 1.0
_MEMORY_KB = 1024 * 1024
_MESSAGE_BYTES = 8 * 1024 * 1024
_NOBODY = 65534
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--blink-settings=scriptEnabled=false",
    # Without it what is on this machine is asked past the proxy.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--mute-audio",
    "--hide-scrollbars",
    # Whether a certificate is good the look itself says; here it is seen what is behind it.
    "--ignore-certificate-errors",
)
# DevTools speaks through the descriptors 3 and 4. One that takes all memory takes no more than its own.
_BEGIN = f'ulimit -c 0; ulimit -d {_MEMORY_KB}; exec nice -n 10 "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'
_TRIAL = "data:text/html,<script>document.write(6*7)</script>"
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", *SIZE)


class NoPictureError(Exception):
    """There is no picture of a page; the text says why, for the log."""


@cache
def chromium() -> str | None:
    """Return the path of the Chromium that is installed, None where there is none; looked for once a process."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def picture(program: str, url: str, ways: Ways, *, seconds: float = PICTURE_SECONDS) -> bytes:
    """Return a PNG of `SIZE` of what a page shows in `program`, a Chromium that reaches `ways` and nothing else.

    Runs a loop of its own in this thread. Raises NoPictureError; then and afterwards nothing of the browser is left.
    """
    try:
        return asyncio.run(_picture(program, url, ways, seconds))
    except TimeoutError:
        raise NoPictureError("it took too long") from None
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise NoPictureError(f"Chromium did not start or ended: does its sandbox work here? {error!r}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise NoPictureError(f"Chromium said what is not understood: {error!r}") from error


async def _picture(program: str, url: str, ways: Ways, seconds: float) -> bytes:
    async with asyncio.timeout(seconds), door(ways) as port, _started(program, port) as devtools:
        await devtools.open()
        await devtools.go_to(_TRIAL)
        if "42" in await devtools.source():
            raise NoPictureError("this Chromium runs scripts where it was told not to")
        await devtools.go_to(url)
        return await devtools.screenshot()


@contextlib.asynccontextmanager
async def _started(program: str, port: int) -> AsyncIterator["_DevTools"]:
    """Start a browser; in the end it, all its children and its folder are gone."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="picture-", ignore_cleanup_errors=True) as folder:
        if root:
            os.chown(folder, _NOBODY, _NOBODY)
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _BEGIN, program, *_FLAGS),
            *(f"--proxy-server=socks5://127.0.0.1:{port}", f"--user-data-dir={Path(folder, 'profile')}"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_MESSAGE_BYTES,
            cwd=folder,
            env={"HOME": folder, "TMPDIR": folder, "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            start_new_session=True,
            user=_NOBODY if root else None,
            group=_NOBODY if root else None,
            extra_groups=() if root else None,
        )
        try:
            assert process.stdin and process.stdout
            yield _DevTools(process.stdout, process.stdin)
        finally:
            await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Hang up, so that it ends in good order, all its children with it; what does not is ended."""
    assert process.stdin
    process.stdin.close()
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LEAVING_SECONDS):
                await process.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


class _DevTools:
    """One page of a browser, spoken to by the DevTools protocol: JSON, each message with a zero after it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._number, self._session = 0, ""
        self._loaded = False

    async def open(self) -> None:
        await self._call("Browser.setDownloadBehavior", behavior="deny")
        target = await self._call("Target.createTarget", url="about:blank")
        attached = await self._call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self._call("Page.enable")
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        await self._call("Emulation.setDeviceMetricsOverride", **size)

    async def go_to(self, url: str) -> None:
        """Go to a page and wait until it is loaded, or for as long as it may take."""
        self._loaded = False
        gone = await self._call("Page.navigate", url=url)
        if wrong := gone.get("errorText"):
            raise NoPictureError(f"no page: {wrong}")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOAD_SECONDS):
                while not self._loaded:
                    await self._heard()

    async def source(self) -> str:
        root = await self._call("DOM.getDocument", depth=0)
        source = await self._call("DOM.getOuterHTML", nodeId=root["root"]["nodeId"])
        return str(source["outerHTML"])

    async def screenshot(self) -> bytes:
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": SHRUNK}
        taken = await self._call("Page.captureScreenshot", format="png", clip=clip)
        png = base64.b64decode(taken["data"], validate=True)
        if not png.startswith(_PNG) or len(png) > PICTURE_BYTES:
            raise NoPictureError(f"no picture of the size that was asked for: {len(png)} octets")
        return png

    async def _call(self, method: str, **params: object) -> Mapping[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._writer.write(json.dumps(message).encode() + b"\0")
        await self._writer.drain()
        while (said := await self._heard()).get("id") != self._number:
            pass
        if "error" in said:
            raise NoPictureError(f"{method}: {str(said['error'])[:200]}")
        return dict(said["result"])

    async def _heard(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = json.loads((await self._reader.readuntil(b"\0"))[:-1])
        self._loaded |= said.get("method") == "Page.loadEventFired"
        return said
