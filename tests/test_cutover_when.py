"""When a switch ends, by the formulas of the ETA with easy TTLs."""

import datetime as dt

from core.cutover.judging.when import find_when, plan
from core.cutover.result import Compared
from core.cutover.zones import Held, OldZone, Parent
from core.language import LANGUAGES

NAME = "firma.example"
NOW = dt.datetime(2026, 11, 30, 9, tzinfo=dt.UTC)
AGREED = NOW + dt.timedelta(days=3)
PARENT = Parent(("ns1.stary.example",), ns_ttl=7_200, ds=())
WWW = Compared(f"www.{NAME}", "A", "moved", ("198.51.100.7",), ("192.0.2.7",))
HOUR = dt.timedelta(hours=1)


def zone(www=3_600, ns=10_800, **more):
    sets = {
        (NAME, "NS"): Held(("ns1.stary.example",), ns),
        (NAME, "SOA"): Held(("ns1.stary.example admin.stary.example 1 3600 900 1209600 600",), 1_800),
        (f"www.{NAME}", "A"): Held(("198.51.100.7",), www),
        **{(f"{name}.{NAME}", "A"): Held(("198.51.100.8",), ttl) for name, ttl in more.items()},
    }
    return OldZone(NAME, sets)


def planned(old=None, parent=PARENT, compared=(WWW,), agreed=AGREED, **ttls):
    return plan(old or zone(), parent, compared, NOW, agreed, **{"address_ttl": 3_600, **ttls})


def tags(plan, now=NOW):
    return [one.tag for one in find_when(plan, now, NAME)]


def test_old_zone_left_as_it_is_ends_after_the_delegation_and_the_records():
    # N = 10800 (the zone's NS is the longest), V = 3600.
    assert planned().untouched == AGREED + 4 * HOUR
    assert planned().delegation_until == AGREED + 3 * HOUR


def test_old_zone_edited_first_ends_after_the_records_alone():
    assert planned().edited_first == AGREED + HOUR


def test_ttls_are_lowered_before_the_switch_by_as_much_as_the_longest():
    found = planned(zone(www=86_400))
    assert (found.highest, found.of) == (86_400, f"www.{NAME} A")
    assert found.lower_by == AGREED - 24 * HOUR and found.switch == AGREED and found.agreed


def test_no_agreed_moment_gives_the_earliest_that_lowering_makes_sensible():
    found = planned(zone(www=86_400), agreed=None)
    assert found.switch == NOW + 24 * HOUR and found.lower_by == NOW and not found.agreed


def test_no_agreed_moment_and_short_ttls_need_no_waiting():
    assert planned(zone(ns=3_600), agreed=None).switch == NOW


def test_records_that_stay_the_same_delay_nothing():
    same = Compared(f"ftp.{NAME}", "A", "same", ("198.51.100.8",), ("198.51.100.8",))
    found = planned(zone(ftp=86_400), compared=(WWW, same))
    assert found.highest == 10_800 and found.of == "NS" and found.untouched == AGREED + 4 * HOUR


def test_a_record_that_is_lost_counts_with_its_ttl():
    lost = Compared(f"sklep.{NAME}", "A", "only_old", ("198.51.100.8",), ())
    assert planned(zone(sklep=86_400), compared=(WWW, lost)).untouched == AGREED + 27 * HOUR


def test_a_record_that_is_only_new_counts_as_long_as_its_absence_is_kept():
    new = Compared(f"nowy.{NAME}", "A", "only_new", (), ("192.0.2.9",))
    # min(SOA TTL 1800, MINIMUM 600).
    assert planned(compared=(new,)).edited_first == AGREED + HOUR / 6


def test_a_ttl_that_a_file_does_not_say_leaves_the_end_unknown_and_says_so():
    found = planned(zone(www=None))
    assert found.untouched is None and found.edited_first is None and found.highest is None and found.lower_by is None
    assert found.delegation_until == AGREED + 3 * HOUR
    assert tags(found) == ["end_unknown"]


def test_name_servers_whose_addresses_nobody_knows_leave_only_the_edited_way():
    found = planned(address_ttl=None)
    assert found.untouched is None and found.delegation_until is None and found.edited_first == AGREED + HOUR
    assert tags(found) == ["end_unknown"]


def test_a_ds_counts_for_the_delegation_and_one_that_was_not_seen_is_no_end():
    known = Parent(PARENT.servers, 7_200, ("1 13 2 ab",), 43_200)
    assert planned(parent=known, keys_ttl=3_600).delegation_until == AGREED + 12 * HOUR
    assert planned(parent=known, keys_ttl=86_400).delegation_until == AGREED + 24 * HOUR
    assert planned(parent=known, keys_ttl=0).delegation_until == AGREED + 12 * HOUR
    # Its keys were not seen; its TTL; whether there is one.
    assert planned(parent=known).untouched is None
    for parent in (Parent((), 7_200, ("1 13 2 ab",)), Parent((), 7_200)):
        assert planned(parent=parent, keys_ttl=3_600).untouched is None


def test_what_nobody_could_compare_counts_as_changed():
    unknown = Compared(f"www.{NAME}", "A", "unknown", ("198.51.100.7",), ())
    assert planned(compared=(unknown,)).untouched == AGREED + 4 * HOUR


def test_an_alias_in_place_of_an_address_counts_with_what_the_address_had():
    alias = Compared(f"www.{NAME}", "CNAME", "different", ("198.51.100.7",), (NAME,))
    assert planned(zone(www=86_400), compared=(alias,)).edited_first == AGREED + 24 * HOUR


def test_an_alias_that_leads_to_the_same_name_delays_nothing_by_itself():
    alias = Compared(f"sklep.{NAME}", "CNAME", "moved", (f"www.{NAME}",), (f"www.{NAME}",))
    old = OldZone(NAME, {**zone().sets, (f"sklep.{NAME}", "CNAME"): Held((f"www.{NAME}",), 86_400)})
    found = planned(old, compared=(WWW, alias))
    assert found.edited_first == AGREED + HOUR and found.of == "NS"


def test_what_a_wildcard_answers_counts_as_long_as_it_is_kept():
    any_name = OldZone(NAME, zone().sets, wildcard={"A": Held(("198.51.100.9",), 43_200)})
    assert planned(any_name).edited_first == AGREED + 12 * HOUR


def test_an_end_after_36_hours_is_told_with_its_moment():
    (finding,) = find_when(planned(zone(www=172_800)), NOW, NAME)
    assert finding.tag == "end_late" and finding.values["end"] == AGREED + 51 * HOUR
    for language in LANGUAGES.values():
        assert "36" in language.text(finding.message) and "cutover." not in language.text(finding.todo)


def test_a_switch_too_near_for_lowering_is_told_where_the_ttl_is_long():
    soon = NOW + HOUR
    assert tags(planned(zone(www=86_400), agreed=soon)) == ["too_late_to_lower"]
    assert tags(planned(zone(www=86_400), agreed=NOW + 25 * HOUR)) == []


def test_short_ttls_need_no_lowering_however_near_the_switch_is():
    assert tags(planned(zone(www=3_600, ns=3_600), agreed=NOW + dt.timedelta(minutes=5))) == []


def test_a_clean_plan_finds_nothing():
    assert tags(planned()) == tags(planned(agreed=None)) == []


def test_the_longest_ttl_that_there_is_breaks_nothing():
    found = planned(zone(www=2**31 - 1, ns=2**31 - 1), agreed=None)
    assert found.untouched and found.untouched.year > 2090
    odd = OldZone(NAME, {(NAME, "SOA"): Held(("no soa at all",), 60)})
    new = Compared(NAME, "A", "only_new", (), ("192.0.2.9",))
    assert planned(odd, compared=(new,)).edited_first is None
