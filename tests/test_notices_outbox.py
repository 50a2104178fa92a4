"""The outbox: written once, claimed by one, sent once; what failed waits ever longer, what is over is another's."""

import pytest

from core.database.transactions import engine, writing
from core.ground.messages import Message
from core.notices import outbox
from core.notices.notice import Claimed
from core.notices.notifying import Notifying
from core.notices.pauses import pause
from core.notices.way import LOST, Outcome
from tests.notices import HOUR, MINUTE, NEVER, NIGHT, NOON, of_another_life, rows, states, team, told, watched, why
from tests.notices import write as written

LEASE = 5 * MINUTE
BROKEN = Outcome(Message("notice.trouble.lost", {"said": "timed out"}))


@pytest.fixture
def desk(database_url):
    return engine(database_url)


def claim(desk, by="here", now=NOON, **more) -> Claimed | None:
    return outbox.claim(desk, by, now, LEASE, **more)


def test_a_notice_is_written_once_for_each_recipient_however_often_it_is_asked_for(desk):
    watch = watched(desk)
    notify = Notifying(team, ("webhook",))
    for new in (4, 0):
        with writing(desk) as connection:
            given = (told(), ["anna", "anna", "team", "ola", ""], True, NOON, NIGHT)
            assert notify(connection, watch, "published.1", *given) == new
    assert [notice.recipient for notice in rows(desk)] == ["anna", "team", "webhook", "ola"]
    with writing(desk) as connection:
        assert notify(connection, watch, "published.2", told(), ["anna"], True, NOON, NIGHT) == 2
        assert notify(connection, watch, "old_again.1", told(), [], True, NOON, NIGHT) == 1
    assert rows(desk)[0].told == told() and rows(desk)[0].kind == "published"


def test_who_has_no_address_is_seen_and_told_once_they_have_one(desk):
    watch = watched(desk)
    with writing(desk) as connection:
        Notifying(team, ())(connection, watch, "published.1", told(), ["ola", "nobody"], True, NOON, NIGHT)
    assert [(n.recipient, n.state, why(n)) for n in rows(desk)] == [
        ("ola", "failed", "notice.trouble.no_address"),
        ("nobody", "failed", "notice.trouble.no_address"),
    ]
    assert claim(desk) is None
    with writing(desk) as connection:
        assert outbox.send_on(connection, [rows(desk)[0].id], NOON) == 1
    assert claim(desk).recipient == "ola"


def test_a_transaction_that_is_taken_back_tells_nobody(desk):
    watch = watched(desk)
    with pytest.raises(ZeroDivisionError), writing(desk) as connection:
        Notifying(team, ())(connection, watch, "published.1", told(), ["anna"], True, NOON, NIGHT)
        raise ZeroDivisionError
    assert rows(desk) == []


def test_of_two_who_claim_one_gets_it(desk):
    written(desk)
    first = claim(desk)
    assert first is not None and claim(desk, "there") is None
    assert outbox.hand_over(desk, first, NOON) and outbox.sent(desk, first, NOON)
    assert [(n.state, n.sent_at, n.trouble) for n in rows(desk)] == [("sent", NOON, None)]
    assert claim(desk, "there", NOON + HOUR) is None


def test_a_claim_that_is_over_is_another_s_and_who_had_it_changes_nothing(desk):
    written(desk)
    slow, later = claim(desk), NOON + LEASE
    quick = claim(desk, "there", later)
    assert quick is not None and quick.message_id == slow.message_id and quick.tries == 2 and not quick.twice
    assert not outbox.hand_over(desk, slow, later)
    assert not outbox.sent(desk, slow, later) and not outbox.failed(desk, slow, BROKEN, later)
    assert outbox.hand_over(desk, quick, later) and outbox.sent(desk, quick, later)


def test_nobody_hands_over_when_the_claim_is_over_though_nobody_took_it(desk):
    written(desk)
    assert not outbox.hand_over(desk, claim(desk), NOON + LEASE)


def test_what_was_cut_off_while_handed_over_goes_again_under_its_id_and_says_so(desk):
    written(desk)
    first = claim(desk)
    outbox.hand_over(desk, first, NOON)
    again = claim(desk, "there", NOON + LEASE)
    assert again.message_id == first.message_id and again.twice
    outbox.hand_over(desk, again, NOON + LEASE)
    # That another try fails does not make it any surer.
    outbox.failed(desk, again, BROKEN, NOON + LEASE)
    assert rows(desk)[0].twice and why(rows(desk)[0]) == "notice.trouble.lost"
    last = claim(desk, "there", NOON + HOUR)
    outbox.sent(desk, last, NOON + HOUR)
    (notice,) = rows(desk)
    assert (notice.state, notice.twice, why(notice)) == ("sent", True, "notice.trouble.twice")


def test_pauses_grow_to_an_hour_and_end_after_a_day_of_them():
    minutes = [after.total_seconds() / 60 for n in range(1, 100) if (after := pause(n))]
    assert minutes[:8] == [1, 2, 4, 8, 16, 32, 60, 60] and set(minutes[8:]) == {60}
    assert 23 * 60 < sum(minutes) <= 24 * 60 and pause(len(minutes) + 1) is None


def test_what_fails_is_tried_again_until_it_is_given_up_and_a_person_may_send_it_on(desk):
    written(desk)
    now, ids, tries = NOON, set(), 0
    while (claimed := claim(desk, now=now)) is not None:
        ids.add(claimed.message_id)
        tries += 1
        outbox.failed(desk, claimed, BROKEN, now)
        (notice,) = rows(desk)
        now = notice.due_at
        assert why(notice) == "notice.trouble.lost"
    assert len(ids) == 1 and states(desk) == ["failed"] and pause(tries) is None and pause(tries - 1) is not None
    with writing(desk) as connection:
        assert outbox.send_on(connection, [notice.id], now) == 1
    assert claim(desk, now=now).tries == 1


def test_what_nothing_would_change_is_given_up_at_once(desk):
    written(desk)
    outbox.failed(desk, claim(desk), Outcome(Message("notice.trouble.recipient", {"code": "550"}), final=True), NOON)
    assert states(desk) == ["failed"] and claim(desk, now=NOON + HOUR) is None


def test_what_waits_for_the_morning_comes_as_one_message_and_what_is_urgent_alone_at_once(desk):
    evening = NOON + 9 * HOUR
    for _ in range(3):
        written(desk, "anna", "jan", urgent=False, now=evening)
    written(desk, "anna", urgent=True, now=evening, key="old_again.1")
    alone = claim(desk, now=evening)
    assert [n.kind for n in alone.notices] == ["old_again"] and outbox.sent(desk, alone, evening)
    assert claim(desk, now=evening) is None
    morning = rows(desk)[0].due_at
    digests = [claim(desk, now=morning), claim(desk, now=morning)]
    assert sorted((d.recipient, len(d.notices)) for d in digests) == [
        ("anna", 3),
        ("jan", 3),
    ]
    assert len({n.message_id for n in digests[0].notices}) == 1


def test_a_digest_that_failed_goes_again_as_it_was_and_what_is_new_goes_alone(desk):
    for _ in range(2):
        written(desk, urgent=False)
    first = claim(desk)
    outbox.failed(desk, first, BROKEN, NOON)
    written(desk, urgent=False)
    later = NOON + MINUTE
    again, new = sorted((claim(desk, now=later), claim(desk, now=later)), key=lambda one: -len(one.notices))
    assert [n.id for n in again.notices] == [n.id for n in first.notices] and again.message_id == first.message_id
    assert len(new.notices) == 1 and new.message_id != first.message_id


def test_at_night_only_what_is_urgent_goes_though_the_rest_has_been_due_since_morning(desk):
    written(desk, "anna", urgent=False)
    written(desk, "jan", urgent=True)
    late = NOON + 10 * HOUR
    assert outbox.ways_due(desk, late, LEASE, only_urgent=True) == ["mail"]
    assert claim(desk, now=late, only_urgent=True).recipient == "jan"
    assert claim(desk, now=late, only_urgent=True) is None


def test_each_way_claims_its_own(desk):
    written(desk, "anna", "webhook", "apprise.1", "apprise.2")
    assert outbox.ways_due(desk, NOON, LEASE) == ["apprise.1", "apprise.2", "mail", "webhook"]
    for way, recipient in (("mail", "anna"), ("webhook", "webhook"), ("apprise.2", "apprise.2")):
        assert claim(desk, way=way).recipient == recipient and claim(desk, way=way) is None
    assert outbox.ways_due(desk, NOON, LEASE) == ["apprise.1"]


def test_after_a_restore_what_was_not_sent_is_withheld_until_a_person_sends_it_on(desk):
    written(desk, "anna")
    written(desk, "anna")
    outbox.sent(desk, claim(desk), NOON)
    outbox.hand_over(desk, claim(desk), NOON)
    of_another_life(desk)
    assert claim(desk, now=NOON + HOUR) is None
    assert outbox.ways_due(desk, NOON + HOUR, LEASE) == [] and states(desk) == ["sent", "withheld"]
    with writing(desk) as connection:
        assert outbox.send_on(connection, [n.id for n in rows(desk)], NOON + HOUR) == 1
    again = claim(desk, now=NOON + HOUR)
    # Whether it had come before nobody knows.
    assert again.twice and again.message_id == rows(desk)[1].message_id


def test_what_went_as_one_message_is_sent_on_as_one(desk):
    for _ in range(3):
        written(desk, urgent=False)
    outbox.failed(desk, claim(desk), Outcome(Message("notice.trouble.recipient"), final=True), NOON)
    with writing(desk) as connection:
        assert outbox.send_on(connection, [rows(desk)[1].id], NOON) == 3
    assert len(claim(desk).notices) == 3


def test_who_takes_note_ends_what_waits_of_that_watch_alone(desk):
    one = written(desk, "anna", "jan")
    other = written(desk, "anna")
    claimed = claim(desk)
    with writing(desk) as connection:
        assert outbox.acknowledge(connection, one, "jan", NOON, ["published"]) == 1
    found = {(n.watch_id, n.recipient): (n.state, n.claimed_by) for n in rows(desk)}
    assert found[one, "jan"] == ("acknowledged", "jan") and found[other, "anna"][0] == "waiting"
    # It had been claimed already.
    assert outbox.sent(desk, claimed, NOON) and found[one, "anna"][0] == "claimed"


def test_a_claim_made_by_a_clock_that_ran_ahead_does_not_hold_for_ever(desk):
    written(desk)
    assert claim(desk, now=NOON + 30 * HOUR) is not None
    assert claim(desk, "there", NOON) is not None


def test_what_a_clock_that_ran_ahead_has_put_off_does_not_wait_for_that_day(desk):
    written(desk, now=NOON + 72 * HOUR)
    # Whatever waits for a morning waits for the next one, and goes on doing so.
    written(desk, urgent=False, now=NOON + 8 * HOUR)
    assert len(claim(desk).notices) == 1 and claim(desk) is None


def test_a_claim_that_was_lost_is_no_failure():
    assert not LOST.sent and LOST.why is None and Outcome().sent


def test_hours_that_are_none_are_never_quiet(desk):
    written(desk, urgent=False, now=NOON + 12 * HOUR, quiet=NEVER)
    assert claim(desk, now=NOON + 12 * HOUR) is not None
