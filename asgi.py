"""The desk behind its web door: what `make run` serves."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from secure.middleware import SecureASGIMiddleware
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from streamlit import config

from core.desk.watching import beside_dashboard
from core.door.guard import LOOPBACK, Guard, origins_of
from core.door.response_headers import headers
from core.door.upload_guard import Uploads
from core.ground.messages import InputError
from core.ground.settings import settings
from core.language import LANGUAGES
from pages.parts.shared import malformed, uploaded, whole_runs

HOME = "start"
"""The page at /, whose name answers as well: people type it."""


def home(request: Request) -> RedirectResponse:
    """Lead to the start page, which Streamlit serves at / alone."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


@asynccontextmanager
async def looking(_app: st.App) -> AsyncIterator[None]:
    """Look at moving domains while the dashboard runs, where the settings say so."""
    with beside_dashboard():
        yield


def own_origins() -> frozenset[str]:
    """Return the addresses of the desk that somebody set; ends the program where a setting is wrong."""
    try:
        return origins_of("ALLOWED_ORIGINS", settings().allowed_origins) | origins_of(
            "PUBLIC_URL", settings().public_url
        )
    except InputError as error:
        print(
            *(language.mistake(m) for language in LANGUAGES.values() for m in error.errors), sep="\n", file=sys.stderr
        )
        sys.exit(2)


origins = own_origins()
# Streamlit's own check comes after ours and compares hosts alone; it is to refuse nobody whom ours lets in.
config.set_option(
    "server.allowedHosts", [urlsplit(origin).hostname for origin in (*origins, *(f"http://{one}" for one in LOOPBACK))]
)

malformed.install()
whole_runs.install()

index = Path(st.__file__).with_name("static") / "index.html"

app = st.App(
    # Whole: Streamlit would look for a relative one in the folder where it was started.
    Path(__file__).with_name("app.py"),
    lifespan=looking,
    routes=[Route(f"/{HOME}", home)],
    middleware=[
        Middleware(SecureASGIMiddleware, secure=headers(index.read_text(encoding="utf-8"))),
        Middleware(
            Guard, origins=origins, refusal="\n".join(language.text("door.refused") for language in LANGUAGES.values())
        ),
        Middleware(
            Uploads,
            is_session=uploaded.is_session,
            holdings=uploaded.holdings,
            word=lambda why: "\n".join(language.text(why) for language in LANGUAGES.values()),
        ),
    ],
)
