"""What has become of a notice, in words, for whoever looks at its watch."""

import pytest

from core.language import LANGUAGES, POLISH
from core.notices.notice import Notice
from core.watch import fate
from tests.watch_rows import NOW, ago, ahead


def notice(state="waiting", **more):
    given = {
        "id": 1,
        "watch_id": 1,
        "transition": "published.1",
        "recipient": "anna",
        "urgent": False,
        "told": {},
        "created_at": ago(hours=2),
        "due_at": ago(minutes=1),
        "tries": 0,
        "claimed_by": "",
        "claimed_until": None,
        "sent_at": None,
        "message_id": "",
        "trouble": None,
    }
    return Notice(**{**given, **more}, state=state)


REFUSED = {"id": "notice.trouble.recipient", "values": {"code": "550", "said": "5.1.1 unknown"}, "twice": False}
TWICE = {"id": "notice.trouble.twice", "values": {}, "twice": True}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (notice(due_at=ahead(hours=8)), "morning"),
        (notice(due_at=ahead(hours=8), urgent=True), "waiting"),
        (notice(), "waiting"),
        (notice(trouble=REFUSED, tries=2, due_at=ahead(minutes=4)), "again"),
        (notice("claimed"), "sending"),
        (notice("handing_over", claimed_until=ago(hours=1)), "sending"),
        (notice("sent", sent_at=NOW), "sent"),
        (notice("sent", sent_at=NOW, trouble=TWICE), "twice"),
        (notice("failed", trouble=REFUSED), "failed"),
        (notice("withheld"), "withheld"),
        (notice("acknowledged", sent_at=NOW), "acknowledged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fate_of_a_notice_is_told_in_both_languages(one, expected):
    assert fate.fate(one, NOW) == expected
    for language in LANGUAGES.values():
        said = language.text(fate.words(one, NOW))
        assert said and not said.startswith("watches.") and "{" not in said


def test_what_the_other_side_said_is_told():
    said = POLISH.text(fate.trouble(notice("failed", trouble=REFUSED)))
    assert "550" in said and "5.1.1 unknown" in said


@pytest.mark.parametrize(
    "trouble",
    [None, {}, {"id": 5}, {"id": "card.title", "values": {}}, {"id": "notice.trouble.lost", "values": "x"}],
)
def test_trouble_that_nobody_understands_is_none(trouble):
    assert fate.trouble(notice("failed", trouble=trouble)) is None


def test_what_was_sent_has_no_trouble_but_that_it_may_have_come_twice():
    assert fate.trouble(notice("sent", sent_at=NOW, trouble=TWICE)) is None
