"""What every answer tells the browser it may do: as little as the desk's pages bear in a real one."""

from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from secure import Secure
from secure.headers import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    XContentTypeOptions,
    XFrameOptions,
)

POWERS = (
    *("accelerometer", "autoplay", "bluetooth", "camera", "clipboard-read", "display-capture", "encrypted-media"),
    *("fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone"),
    *("midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"),
    *("web-share", "window-management", "xr-spatial-tracking"),
)
"""What browsers can do and the desk never asks for."""


def headers(index: str) -> Secure:
    """Return the headers of every answer, for the page (HTML) in which all others are drawn.

    Scripts are ours, its own inline ones (by their hashes), and those of components (`blob:`). Styles are set inline by
    Streamlit and Plotly. Everything else comes from the desk itself.
    """
    scripts = (f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline_scripts(index))
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'", "blob:", *scripts)
        .style_src("'self'", "'unsafe-inline'")
        .font_src("'self'", "data:")
        .img_src("'self'", "data:", "blob:")
        .connect_src("'self'")
        .manifest_src("'self'")
        .base_uri("'none'")
        .form_action("'none'")
        .frame_ancestors("'none'")
    )
    permissions = PermissionsPolicy()
    for power in POWERS:
        permissions.directive(power)
    found = Secure(
        csp=policy,
        permissions=permissions,
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
    )
    return found.validate_and_normalize_headers()


def inline_scripts(html: str) -> list[str]:
    """Return the text of every script that stands in a page itself.

    >>> inline_scripts('<script>a()</script><script src="b.js"></script>')
    ['a()']
    """
    reader = _Scripts()
    reader.feed(html)
    reader.close()
    return reader.found


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False
