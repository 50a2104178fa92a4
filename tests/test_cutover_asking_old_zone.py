"""What the old zone holds, asked of servers on loopback: what is found, what is not believed, what nobody can tell."""

from core.cutover.asking import names_asked
from core.cutover.asking.old_zone import gather
from core.cutover.known_names import KnownName
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import NO_TRANSFER, Held, Source
from core.dns.observation import Question, Server
from core.zonefile.reading import read
from tests.cutover_served import OURS, ZONE, asking, at, failing, speaking

KNOWN = (
    *map(KnownName, ("www", "poczta", "sklep", "mail")),
    *(KnownName(f"{one}._domainkey", ("TXT",)) for one in ("default", "google")),
    KnownName("_imaps._tcp", ("SRV",)),
    KnownName("_dmarc", ("TXT",)),
)
APEX = "@ A 192.0.2.1"


def gathered(*servers, wanted=None, known=KNOWN, targets=OURS, progress=None):
    with asking() as engine:
        more = (progress,) if progress else ()
        return gather(wanted or Wanted(ZONE, ()), known, servers, engine, targets, *more)


def of(*lines, **how):
    """What one server with these records shows."""
    options = {key: how.pop(key) for key in ("wanted", "known", "targets") if key in how}
    with at("127.0.8.1", *lines, **how) as (served, _):
        return gathered(served.server(), **options)


def values(old):
    return {
        (name.removesuffix(ZONE).removesuffix("."), type): held.values
        for (name, type), held in old.sets.items()
        if type != "SOA" and (name, type) != (ZONE, "NS")
    }


def from_file(text, **how):
    return Wanted(ZONE, (), zone=read(f"$TTL 600\n{text}\n", ZONE), zone_source="strefa.txt", **how)


def test_known_names_are_found_with_their_ttl_and_counted():
    old = of(APEX, "www 60 A 192.0.2.2", "www MX 10 mx.other.pl.", "tajne A 192.0.2.9")
    assert values(old) == {
        ("", "A"): ("192.0.2.1",),
        ("www", "A"): ("192.0.2.2",),
        ("www", "MX"): ("10 mx.other.pl",),
    }
    assert old.sets[f"www.{ZONE}", "A"].ttl == 60 and not old.complete and old.asked >= len(KNOWN) + 1
    assert (ZONE, "SOA") in old.sets and old.sets[ZONE, "NS"].values == ("ns1.hoster.pl", "ns2.hoster.pl")
    assert [source.kind for source in old.sources] == ["asked"] and old.sources[0].sets == len(old.sets)
    assert old.silent == () and old.between == frozenset() and old.wildcard == {}


def test_names_that_answers_lead_to_are_found_and_what_those_lead_to():
    old = of(
        *("@ MX 10 mx7.example.pl.", "mx7 A 192.0.2.3", "_25._tcp.mx7 TLSA 3 1 1 " + "ab" * 32),
        *('@ TXT "v=spf1 a:a7.example.pl ~mx:b7.example.pl/24 include:_i.example.pl -all"', "a7 A 192.0.2.4"),
        *("b7 MX 10 c7.example.pl.", "c7 AAAA 2001:db8::7", '_i TXT "v=spf1 redirect=_j.example.pl"', "_j TXT x"),
        *("www CNAME d7.example.pl.", "d7 A 192.0.2.6", "_imaps._tcp SRV 1 1 993 e7.example.pl.", "e7 A 192.0.2.7"),
        *("sklep HTTPS 1 f7.example.pl. alpn=h2", "f7 A 192.0.2.8", "_dmarc.b7 TXT v=DMARC1"),
    )
    found = {name for name, _ in values(old)}
    assert {"mx7", "_25._tcp.mx7", "a7", "b7", "c7", "_i", "_j", "d7", "e7", "f7", "_dmarc.b7"} <= found


def test_addresses_of_name_servers_in_the_zone_are_found():
    old = of(APEX, "@ NS ns7.example.pl.", "ns7 A 192.0.2.7", "ns7 AAAA 2001:db8::7")
    assert {("ns7", "A"), ("ns7", "AAAA")} <= values(old).keys()


def test_names_of_the_lists_are_asked_for_and_the_policies_of_domains_with_mail():
    lines = APEX, "konfigurator A 192.0.2.2", "listy A 192.0.2.3", "_dmarc.listy TXT v=DMARC1"
    wanted = Wanted(
        ZONE, (), sites=(f"konfigurator.{ZONE}", "inna.pl"), mailboxes=(f"jan@listy.{ZONE}", "ola", "x@y.pl")
    )
    old = of(*lines, wanted=wanted)
    assert {"konfigurator", "listy", "_dmarc.listy"} <= {name for name, _ in values(old)}


def test_a_wildcard_s_answers_are_not_found_and_a_name_of_its_own_is():
    old = of(APEX, "* A 192.0.2.99", "* MX 10 mx.other.pl.", "sklep A 192.0.2.5", "poczta TXT tu")
    assert old.wildcard == {"A": Held(("192.0.2.99",), 3600), "MX": Held(("10 mx.other.pl",), 3600)}
    # The second name has no address though any other has: it exists, and the wildcard does not hold for it.
    assert values(old) == {("", "A"): ("192.0.2.1",), ("sklep", "A"): ("192.0.2.5",), ("poczta", "TXT"): ("tu",)}


def test_a_name_like_the_wildcard_is_found_where_it_lacks_what_the_wildcard_has():
    old = of(APEX, "* A 192.0.2.99", "* MX 10 mx.other.pl.", "sklep A 192.0.2.99")
    assert values(old) == {("", "A"): ("192.0.2.1",), ("sklep", "A"): ("192.0.2.99",)}


def test_a_wildcard_that_is_an_alias_hides_no_name():
    old = of(APEX, "* CNAME www.other.pl.", "sklep A 192.0.2.5", "mail CNAME x.other.pl.")
    assert old.wildcard.keys() == {"CNAME"}
    assert values(old).keys() == {("", "A"), ("sklep", "A"), ("mail", "CNAME")}


def test_a_wildcard_below_is_told_as_such_and_not_as_keys():
    old = of(APEX, '*._domainkey TXT "v=DKIM1; p="', "google._domainkey TXT klucz")
    assert old.wildcard == {}
    assert values(old) == {
        ("", "A"): ("192.0.2.1",),
        ("*._domainkey", "TXT"): ("v=DKIM1; p=",),
        ("google._domainkey", "TXT"): ("klucz",),
    }


def test_a_name_between_others_is_said_and_hides_something_where_nothing_below_it_is_known():
    known = (*KNOWN, KnownName("_domainkey", ("TXT",)))
    old = of(APEX, "nieznany._domainkey TXT klucz", "sklep.dzial A 192.0.2.1", known=known)
    assert old.between == old.hidden == {f"_domainkey.{ZONE}"}
    old = of(APEX, "default._domainkey TXT klucz", known=known)
    assert old.between == {f"_domainkey.{ZONE}"} and old.hidden == frozenset()


def test_keys_are_found_where_a_server_denies_the_name_between():
    old = of(APEX, "default._domainkey TXT klucz", denies_between=True, known=(*KNOWN, KnownName("_domainkey")))
    assert ("default._domainkey", "TXT") in values(old) and old.between == frozenset()


def test_a_server_that_denies_no_name_shows_no_names_between_and_all_types_are_asked_for():
    old = of(APEX, "mail MX 10 mx.other.pl.", denies_none=True)
    assert old.between == frozenset() and ("mail", "MX") in values(old)


def test_an_alias_to_nowhere_is_a_name_and_what_follows_it_is_not_believed():
    def chased(query, _):
        if query.question[0].name.to_text() != f"www.{ZONE}.":
            return None
        message = speaking(query, f"www.{ZONE}. 60 IN CNAME x.{ZONE}.", f"x.{ZONE}. 60 IN A 192.0.2.66")
        message.set_rcode(3)
        return [message.to_wire()]

    old = of(APEX, before=chased)
    assert values(old) == {("", "A"): ("192.0.2.1",), ("www", "CNAME"): (f"x.{ZONE}",)}


def test_a_zone_below_is_told_by_its_servers_and_nothing_below_it():
    old = of(APEX, "sklep NS ns.other.pl.", "sklep DS 1 13 2 " + "ab" * 32, known=(*KNOWN, KnownName("www.sklep")))
    assert values(old).keys() == {("", "A"), ("sklep", "NS"), ("sklep", "DS")}


def test_what_fails_is_asked_of_another_server_and_then_said():
    poor = failing("SERVFAIL", (f"sklep.{ZONE}", "A"), (f"mail.{ZONE}", "A"))
    with (
        at("127.0.8.1", APEX, "mail A 192.0.2.3", "sklep A 192.0.2.4", before=poor) as (first, _),
        at("127.0.8.2", APEX, "mail A 192.0.2.3", "sklep A 192.0.2.4") as (second, _),
    ):
        old = gathered(first.server(), second.server())
    assert old.silent == () and {("mail", "A"), ("sklep", "A")} <= values(old).keys()
    old = of(APEX, "mail A 192.0.2.3", "sklep A 192.0.2.4", before=poor)
    assert set(old.silent) == {Question(f"sklep.{ZONE}", "A"), Question(f"mail.{ZONE}", "A")}
    assert values(old).keys() == {("", "A")}


def test_servers_that_do_not_speak_for_the_zone_are_named_and_asked_no_further():
    with (
        at("127.0.8.1", APEX) as (good, _),
        at("127.0.8.2", before=failing("REFUSED")) as (lame, heard),
        at("127.0.8.3", APEX, "www A 192.0.2.66", aa=False) as (recursor, _),
        at("127.0.8.4", before=failing("")) as (silent, _),
    ):
        old = gathered(*(one.server() for one in (good, lame, recursor, silent)))
    assert old.unasked == {"127.0.8.2": "REFUSED", "127.0.8.3": "not_authoritative", "127.0.8.4": "timeout"}
    assert values(old) == {("", "A"): ("192.0.2.1",)} and {type for _, type in heard.asked} == {"SOA", "NS"}


def test_where_nobody_speaks_for_the_zone_nothing_is_found_and_that_is_said():
    old = of(before=failing("REFUSED"))
    assert old.sets == {} and old.silent == (Question(ZONE, "SOA"),) and old.unasked == {"127.0.8.1": "REFUSED"}
    assert not old.complete and old.asked == 0


def test_an_address_that_may_not_be_asked_is_not():
    with at("127.0.8.1", APEX) as (served, _):
        old = gathered(served.server(), targets=Targets())
        assert served.heard == []
    assert old.refused == {"127.0.8.1": "not_asked"} and old.silent == (Question(ZONE, "SOA"),)


def test_more_names_than_are_asked_for_are_said(monkeypatch):
    monkeypatch.setattr(names_asked, "NAMES_MAX", 6)
    assert of(APEX).cut
    monkeypatch.setattr(names_asked, "NAMES_MAX", 60)
    assert not of(APEX).cut


def test_names_that_lead_on_and_on_come_to_an_end_that_is_said():
    def leading(query, _):
        first = query.question[0].name.labels[0].decode()
        if first != "www" and not (first[0] == "x" and first[1:].isdigit()):
            return None
        target = f"x{int(first[1:]) + 1 if first[1:].isdigit() else 0}.{ZONE}"
        return [speaking(query, f"{first}.{ZONE}. 60 IN CNAME {target}.").to_wire()]

    old = of(APEX, before=leading)
    assert old.cut and old.asked < 50 and (f"x{names_asked.WAVES - 3}.{ZONE}", "CNAME") in old.sets


def test_odd_answers_break_nothing():
    long = "v=spf1 " + "a:x.example.pl " * 250
    old = of(
        f'@ TXT "{long[:250]}" "{long[250:3000][:250]}"',
        '@ TXT "v=spf1 a:..example.pl include:%{i}._spf.example.pl redirect= exists:-.example.pl mx:\\\\1.example.pl"',
        "@ MX 0 .",
        "www HTTPS 0 .",
        "_imaps._tcp SRV 0 0 0 .",
        f"mail CNAME {'a' * 63}.{'b' * 63}.{'c' * 63}.example.pl.",
        "sklep CNAME \\000\\..example.pl.",
    )
    assert ("", "MX") in values(old) and ("sklep", "CNAME") in values(old) and old.silent == ()


def test_progress_is_told_while_questions_are_out():
    told = []
    with at("127.0.8.1", APEX) as (served, _):
        gathered(served.server(), progress=lambda answered, asked: told.append((answered, asked)))
    assert told[-1][0] == told[-1][1] > len(KNOWN) and all(answered <= asked for answered, asked in told)


# -- with a file


def test_a_whole_file_makes_it_complete_and_its_names_are_not_asked_for_again():
    file = "@ A 192.0.2.1\nwww A 192.0.2.2\ntajne A 192.0.2.3"
    with at("127.0.8.1", APEX, "www 60 A 192.0.2.2", "tajne A 192.0.2.3") as (served, heard):
        old = gathered(served.server(), wanted=from_file(file))
    assert old.complete and old.sources[0] == Source("file", "strefa.txt", 3, complete=True)
    assert old.stale == () and ("tajne", "A") in values(old)
    assert {type for name, type in heard.asked if name == f"tajne.{ZONE}"} == {"A"}
    assert old.sets[f"www.{ZONE}", "A"] == Held(("192.0.2.2",), 60)  # as it is served today
    assert old.refused["127.0.8.1"].startswith(NO_TRANSFER) and old.unasked == {}


def test_a_file_that_is_not_served_any_more_is_stale_and_what_is_served_counts():
    file = "@ A 192.0.2.1\nwww A 192.0.2.2\nblog A 192.0.2.3\n_acme-challenge TXT x\nns A 192.0.2.7"
    file += "\nsub NS ns.sub\nns.sub A 192.0.2.8"
    served = APEX, "www A 192.0.2.77", "sklep A 192.0.2.5", "sub NS ns.sub.example.pl.", "ns CNAME www.example.pl."
    old = of(*served, wanted=from_file(file))
    changed = {(f"{name}.{ZONE}", "A") for name in ("www", "blog", "sklep", "ns")} | {(f"ns.{ZONE}", "CNAME")}
    assert set(old.stale) == changed
    assert values(old)["www", "A"] == ("192.0.2.77",) and values(old)["blog", "A"] == ("192.0.2.3",)
    assert ("ns.sub", "A") not in values(old) and ("sub", "NS") in values(old)


def test_a_file_of_a_part_lacks_names_without_being_stale():
    wanted = from_file("www A 192.0.2.2", zone_whole=False)
    old = of(APEX, "www A 192.0.2.2", "sklep A 192.0.2.5", wanted=wanted)
    assert old.stale == () and not old.complete and old.sources[0].kind == "file"


def test_a_file_of_another_zone_is_not_the_whole_of_this():
    wanted = Wanted(ZONE, (), zone=read("$TTL 60\n@ A 192.0.2.1\nwww A 192.0.2.2\n", "inna.pl"))
    old = of(APEX, wanted=wanted)
    assert not old.complete and values(old) == {("", "A"): ("192.0.2.1",)}


def test_without_servers_the_file_is_what_there_is():
    file = "@ A 192.0.2.1\n* A 192.0.2.9"
    old = gathered(wanted=from_file(file))
    assert old.complete and old.sets[ZONE, "A"] == Held(("192.0.2.1",), 600)
    assert old.wildcard == {"A": Held(("192.0.2.9",), 600)} and old.silent == (Question(ZONE, "SOA"),)


def test_what_a_file_leads_to_is_asked_for():
    old = of(APEX, "@ MX 10 mx7.example.pl.", "mx7 A 192.0.2.7", wanted=from_file("@ MX 10 mx7", zone_whole=False))
    assert values(old)["mx7", "A"] == ("192.0.2.7",)


# -- with a transfer


def test_a_transfer_makes_it_complete():
    def open_(query, _):
        if query.question[0].rdtype != 252:
            return None
        message = speaking(query)
        message.answer = server.whole()
        return [message.to_wire()]

    with at("127.0.8.1", APEX, "tajne A 192.0.2.3", "sub NS ns.sub.example.pl.", "ns.sub A 192.0.2.4") as (
        served,
        server,
    ):
        server.before = open_
        old = gathered(served.server(), wanted=from_file("@ A 192.0.2.1\nblog A 192.0.2.2"))
    assert old.complete and old.refused == {}
    assert [(s.kind, s.complete) for s in old.sources] == [("file", True), ("transfer", True), ("asked", False)]
    assert ("tajne", "A") in values(old) and ("ns.sub", "A") not in values(old)
    # The file lacks one, and has one that is not there any more.
    assert {(name.partition(".")[0], type) for name, type in old.stale} >= {("tajne", "A"), ("sub", "NS")}


def test_ipv6_servers_without_a_way_there_are_named(monkeypatch):
    monkeypatch.setattr("core.dns.asking.traffic.has_way", lambda address: ":" not in address)
    with at("127.0.8.1", APEX) as (served, _):
        old = gathered(served.server(), Server("authoritative", "2001:4860:4860::8888"))
    assert old.unasked == {"2001:4860:4860::8888": "no_ipv6"}
