"""Pictures of the old and the new page beside each other: the desk's own browser, seen by another one."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, take_picture
from tests.browser.test_cutover import desk as desk
from tests.lab.conftest import _laboratory as _laboratory
from tests.sandbox import skip_unless_confined

pytestmark = pytest.mark.lab

OLD, NEW = "127.0.0.98", "127.0.0.99"
SHOP = """<title>Herbaciarnia</title><body style="margin:0;font:28px sans-serif;background:#fbf7ef">
<header style="background:{colour};color:white;padding:40px 60px;font-size:54px">Herbaciarnia pod Lipą</header>
<div style="padding:40px 60px"><h1>{headline}</h1><p>Herbaty z Nepalu i Cejlonu, wysyłka codziennie rano.</p>{more}
<script>document.body.textContent = "skrypt"</script></div>"""
OLDER = "<p>Telefon do Ani: zadzwoń albo napisz, odpowiadamy w piątki.</p><p>Nowe zbiory w maju.</p>"


@pytest.fixture
def asked(desk):
    """A domain with a shop on the old and the new server: the link to the page with what is to be asked."""
    skip_unless_confined()
    address, lab, network = desk
    with contextlib.ExitStack() as stack:
        with network.inside():
            name = lab.name("herbata")
            lab.old.serve(name, f"@ A {OLD}", f"www A {OLD}", ttl=60)
            lab.new.serve(name, f"@ A {NEW}", f"www A {NEW}", ttl=60)
            lab.delegate(name, lab.old.servers, ttl=60)
            old = SHOP.format(colour="#4a6b3a", headline="Witamy w sklepie", more=OLDER)
            new = SHOP.format(colour="#7a3b2e", headline="Witamy w sklepie", more="<p>Nowe zbiory w maju.</p>")
            for at, html in ((OLD, old), (NEW, new)):
                stack.enter_context(_web(at, html))
        query = {"name": name.removesuffix("."), "new": ",".join(lab.new.servers.values())}
        yield f"{address}/cutover?{urlencode(query)}"


@contextlib.contextmanager
def _web(address, html):
    class Shown(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer((address, 80), Shown)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def pictured(open_page, link, **how):
    """The page with the pictures of a look, which somebody asked for."""
    page = open_page(link, **how)
    main = page.get_by_test_id("stMain")
    button(main, "Sprawdź").click()
    show = main.get_by_role("button", name="Pokaż obrazki stron")
    expect(show).to_be_visible(timeout=300_000)
    assert main.get_by_role("img", name="na nowym serwerze").count() == 0
    button(main, "Pokaż obrazki stron").click()
    expect(main.get_by_role("img", name="na nowym serwerze")).to_have_count(2, timeout=120_000)
    expect(main.get_by_role("img", name="na starym serwerze")).to_have_count(2, timeout=120_000)
    expect(main.get_by_text("Robimy obrazki stron")).to_have_count(0, timeout=120_000)
    return page, main


def boxes(main):
    found = [main.get_by_role("img", name=f"na {side} serwerze").first for side in ("starym", "nowym")]
    for one in found:
        one.scroll_into_view_if_needed()
        expect(one).to_have_js_property("complete", True)
        assert one.evaluate("image => image.naturalWidth") == 480
    return [one.bounding_box() for one in found]


def test_pictures_stand_beside_each_other_also_on_a_phone(open_page, asked):
    page, main = pictured(open_page, asked)
    lacks = main.get_by_role("table", name="Strony WWW").get_by_text("brakuje tekstu").first
    expect(lacks).to_contain_text("Telefon do Ani")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)
        old, new = boxes(main)
        assert old["x"] + old["width"] <= new["x"] and abs(old["y"] - new["y"]) < 30, (width, old, new)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("name", "width"), [("cutover-pictures", 1280)])
def test_screenshots(open_page, asked, tmp_path, name, width):
    page, main = pictured(open_page, asked, width=width)
    boxes(main)
    take_picture(page, name, tmp_path)
