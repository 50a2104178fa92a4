"""A map of addresses proposed from two zones: what is plain on both sides, and never what one slip would make of it."""

from core.cutover.judging.address_map import propose
from core.cutover.judging.comparison import compare
from tests.cutover_zones import A_NEW, A_OLD, MAP, NEW, OLD, new_zone, old_zone

SHOP_OLD, WRONG = "198.51.100.7", "203.0.113.66"


def proposed(old=OLD, *new, told=None, **failing):
    before = old_zone(old)
    return dict(propose(before, new_zone(before, *new, **failing), told or {}))


def test_address_whose_names_all_went_to_another_is_mapped():
    assert proposed() == MAP


def test_ipv6_is_mapped_beside_ipv4():
    assert proposed(f"{OLD}\n@ AAAA 2001:db8::1", f"{NEW}\n@ AAAA 2001:db8::2") == {**MAP, "2001:db8::1": "2001:db8::2"}


def test_domain_alone_is_enough():
    assert proposed("@ A 192.0.2.1\nwww CNAME firma.pl", "@ A 203.0.113.1\nwww CNAME firma.pl") == MAP


def test_zone_that_did_not_move_has_no_map():
    assert proposed(OLD, OLD) == {}


def test_one_name_with_a_wrong_address_stays_different():
    old, new = f"{OLD}\nsklep A 192.0.2.1", f"{NEW}\nsklep A {WRONG}"
    assert proposed(old, new) == MAP
    before = old_zone(old)
    states = {c.name: c.state for c in compare(before, new_zone(before, new), MAP)}
    assert states["sklep.firma.pl"] == "different"


def test_platform_of_others_that_stays_is_not_mapped():
    assert proposed(f"{OLD}\nsklep A {SHOP_OLD}", f"{NEW}\nsklep A {SHOP_OLD}") == MAP


def test_platform_of_others_that_one_or_two_names_lost_to_the_new_server_is_not_mapped():
    old, new = f"{OLD}\nsklep A {SHOP_OLD}", f"{NEW}\nsklep A {A_NEW}"
    assert proposed(old, new) == MAP
    assert proposed(f"{old}\nwww.sklep A {SHOP_OLD}", f"{new}\nwww.sklep A {A_NEW}") == MAP


def test_platform_that_most_names_still_have_is_not_mapped_for_one_that_went():
    old = f"{OLD}\nsklep A {SHOP_OLD}\nblog A {SHOP_OLD}\nshop A {SHOP_OLD}"
    assert proposed(old, f"{NEW}\nsklep A {WRONG}\nblog A {SHOP_OLD}\nshop A {SHOP_OLD}") == MAP


def test_single_name_of_another_server_proves_nothing():
    assert proposed(f"{OLD}\nerp A {SHOP_OLD}", f"{NEW}\nerp A {WRONG}") == MAP


def test_two_names_of_another_server_prove_that_it_moved():
    old, new = f"{OLD}\nerp A {SHOP_OLD}\ncrm A {SHOP_OLD}", f"{NEW}\nerp A {WRONG}\ncrm A {WRONG}"
    assert proposed(old, new) == {**MAP, SHOP_OLD: WRONG}


def test_mail_server_that_moved_is_mapped_as_it_is_spoken_to_anyhow():
    old = OLD.replace("mail A 192.0.2.1", f"mail A {SHOP_OLD}")
    assert proposed(old, NEW.replace("mail A 203.0.113.1", f"mail A {WRONG}")) == {**MAP, SHOP_OLD: WRONG}
    assert proposed(old, NEW) == {**MAP, SHOP_OLD: A_NEW}


def test_address_that_leads_to_two_new_ones_equally_is_not_proposed():
    old = f"{OLD}\na A {SHOP_OLD}\nb A {SHOP_OLD}\nc A {SHOP_OLD}\nd A {SHOP_OLD}"
    new = f"{NEW}\na A 203.0.113.7\nb A 203.0.113.7\nc A 203.0.113.8\nd A 203.0.113.8"
    assert proposed(old, new) == MAP
    assert proposed(f"{old}\ne A {SHOP_OLD}", f"{new}\ne A 203.0.113.8") == {**MAP, SHOP_OLD: "203.0.113.8"}


def test_copied_zone_that_was_edited_at_the_domain_only_maps_what_was_left_behind():
    rest = "".join(f"\nn{number} A 192.0.2.1" for number in range(8))
    copied = OLD.replace("@ A 192.0.2.1", "@ A 203.0.113.1")
    assert proposed(OLD + rest, copied + rest) == MAP


def test_mail_that_moved_alone_does_not_map_the_address_of_the_site():
    assert proposed(OLD, OLD.replace("mail A 192.0.2.1", "mail A 203.0.113.1")) == {}


def test_two_addresses_of_a_name_are_paired_by_other_names():
    old = "@ A 192.0.2.1\n@ A 192.0.2.2\na A 192.0.2.1\nb A 192.0.2.1"
    new = "@ A 203.0.113.1\n@ A 203.0.113.2\na A 203.0.113.2\nb A 203.0.113.2"
    assert proposed(old, new) == {"192.0.2.1": "203.0.113.2", "192.0.2.2": "203.0.113.1"}


def test_two_addresses_that_always_come_together_are_mapped_as_sets():
    old, new = "@ A 192.0.2.1\n@ A 192.0.2.2", "@ A 203.0.113.2\n@ A 203.0.113.1"
    mapping = proposed(old, new)
    assert set(mapping) == {"192.0.2.1", "192.0.2.2"} and len(set(mapping.values())) == 2
    before = old_zone(old)
    assert [c.state for c in compare(before, new_zone(before, new), mapping)] == ["moved"]


def test_what_somebody_told_wins():
    assert proposed(told={A_OLD: WRONG}) == {A_OLD: WRONG}
    assert proposed(told={SHOP_OLD: WRONG}) == {**MAP, SHOP_OLD: WRONG}


def test_address_told_to_stay_is_not_mapped():
    assert proposed(told={A_OLD: A_OLD}) == {}


def test_servers_that_differ_prove_nothing():
    assert proposed(OLD, NEW, OLD) == {}


def test_empty_zones_have_no_map():
    assert proposed("", "") == {}
