"""Secrets that stand in an archive are nowhere afterwards: not on the page, in its session, the database or a log."""

import logging
import pickle

import pytest

from core.database.address import file_of
from tests import cpanel_archives, directadmin_archives, hestia_archives, plesk_exports
from tests.pages import texts_of
from tests.test_pages_archive import bring, dialog, save, stored

pytestmark = pytest.mark.usefixtures("desk_url")

PANELS = {
    "cpanel": (cpanel_archives, "new"),
    "directadmin": (directadmin_archives, directadmin_archives.SHAPES[0]),
    "hestia": (hestia_archives, hestia_archives.SHAPES[0]),
    "plesk": (plesk_exports, plesk_exports.SHAPES[0]),
}


def seen(app):
    """Return all that a page shows, its tables and long texts too."""
    tables = [frame.value.to_csv() for frame in (*app.dataframe, *app.table)]
    return "\n".join([texts_of(app), *tables, *(code.value for code in app.code)])


def held(app):
    """Return what the page's session holds, as far as it can be written down."""
    found = b""
    for value in app.session_state._state.filtered_state.values():
        try:
            found += pickle.dumps(value)
        except (pickle.PicklingError, TypeError, AttributeError):
            found += repr(value).encode()
    return found


@pytest.mark.parametrize("panel", PANELS)
def test_no_secret_of_an_archive_is_left_anywhere(store, desk_url, caplog, capfd, panel):
    made, shape = PANELS[panel]
    caplog.set_level(logging.DEBUG)
    stored(store)
    app = bring(dialog(), made.archive(shape), "kopia.tar.gz")
    places = {"preview": seen(app).encode(), "session of the preview": held(app)}
    save(app)
    app.run()
    assert store.by_ref("P-1").inventory.panel == panel
    places |= {"page": seen(app).encode(), "session": held(app), "log": caplog.text.encode()}
    places |= {"streams": "".join(capfd.readouterr()).encode(), "result": pickle.dumps(store.by_ref("P-1"))}
    database = file_of(desk_url)
    store.engine.dispose()
    for beside in database.parent.glob(f"{database.name}*"):
        places[beside.name] = beside.read_bytes()
    # What is looked through does hold what the archive says.
    told = ("preview", "session of the preview", "page", "result", database.name)
    assert [place for place in told if b"alfa.example" not in places[place]] == []
    secrets = made.planted()
    assert [(place, secret) for place, kept in places.items() for secret in secrets if secret.encode() in kept] == []
    if panel == "cpanel":
        assert len(secrets) >= 50
