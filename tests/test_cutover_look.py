"""A look from end to end, with stand-ins for those who ask; and whom it speaks to, from what two zones say."""

import dataclasses
import ipaddress
import threading
from types import SimpleNamespace

import pytest

from core.cutover.asking import look as looking
from core.cutover.asking.addresses_of import AddressesOf, Found, MailHosts, address_ttl, keys_ttl
from core.cutover.asking.default_pages import DefaultPages
from core.cutover.asking.look import digest, look
from core.cutover.asking.to_speak_to import ROUNDS, to_speak_to
from core.cutover.finding import Finding
from core.cutover.probes import Certificate, Mailbox, Page, Spoken
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import Held, Parent
from core.datafiles import cutover_weights
from core.dns.observation import Observation, Question, Rrset, Server
from tests.cutover_zones import A_NEW, A_OLD, NEW, NOW, NS1, OLD, ZONE, new_zone, old_zone, rcode, timeout

OURS = Targets((ipaddress.ip_network("203.0.113.0/24"), ipaddress.ip_network("10.0.0.0/8")))
WANTED = Wanted(ZONE, (NS1,))
DELEGATED = (Server("authoritative", "192.0.2.53", name="ns1.old.pl"),)
AA = frozenset(("AA",))
GOOD = Certificate((ZONE,), "An authority", NOW.replace(year=2027), True)


@dataclasses.dataclass
class Engine:
    """Answers at once: what `tells` says of a question; there is nothing else than what was answered before."""

    tells: object = lambda server, question: Observation(server, question, NOW, "NOERROR", AA)
    asked: list = dataclasses.field(default_factory=list)

    def ask(self, asks):
        self.asked += asks
        said = [self.tells(one.server, one.question) for one in asks]
        return SimpleNamespace(
            wait=lambda patience: True, snapshot=lambda: tuple(filter(None, said)), cancel=lambda: None
        )


class Walk:
    """Knows hosts of other zones: name -> records as (type, ttl, values); None: nobody answered."""

    def __init__(self, **hosts):
        self.hosts, self.said = {name.replace("_", "."): sets for name, sets in hosts.items()}, []

    def addresses(self, name):
        sets = self.hosts.get(name, ())
        for type in ("A", "AAAA") if sets is not None else ():
            own = tuple(Rrset(name, kind, ttl, values) for kind, ttl, values in sets if kind in (type, "CNAME"))
            rcode = "NOERROR" if sets else "NXDOMAIN"
            self.said.append(Observation(DELEGATED[0], Question(name, type), NOW, rcode, AA, own))
        return ()


def finder(old=None, new=None, engine=None, walk=None):
    old = old or old_zone()
    return AddressesOf(old, new or new_zone(old), engine or Engine(), OURS, walk or Walk())


def spoken_to(wanted=WANTED, **zones):
    return to_speak_to(wanted, finder(**zones), OURS)


def tags(findings):
    return [(one.tag, one.name) for one in findings]


# -- addresses


def test_hosts_are_looked_up_on_each_side_for_itself_and_aliases_within_the_zone_are_followed():
    # www is an alias of the apex.
    assert finder().old_side(f"www.{ZONE}") == Found((A_OLD,)) and finder().new_side(f"www.{ZONE}") == Found((A_NEW,))


def test_a_name_that_the_new_servers_were_not_asked_for_is_asked_now_and_once():
    def tells(server, question):
        own = (Rrset(question.name, "A", 60, ("203.0.113.9",)),) if question.type == "A" else ()
        return Observation(server, question, NOW, "NOERROR", AA, own)

    engine = Engine(tells)
    found = finder(engine=engine)
    assert found.new_side(f"panel.{ZONE}") == found.new_side(f"panel.{ZONE}") == Found(("203.0.113.9",))
    assert [(one.server.address, one.question) for one in engine.asked] == [
        (NS1, Question(f"panel.{ZONE}", "A")),
        (NS1, Question(f"panel.{ZONE}", "AAAA")),
    ]


def test_many_sites_are_asked_for_at_once_and_mail_hosts_after_them():
    engine = Engine()
    calls = []
    ask = engine.ask
    engine.ask = lambda asks: calls.append(sorted((one.question.name, one.question.type) for one in asks)) or ask(asks)
    sites = tuple(f"sklep{n}.{ZONE}" for n in range(50))
    to_speak_to(dataclasses.replace(WANTED, sites=(*sites, f"{'x' * 64}.{ZONE}")), finder(engine=engine), OURS)
    asked = [one for call in calls for one in call]
    assert {(site, type) for site in sites for type in ("A", "AAAA")} <= set(calls[0])
    assert len(calls) <= 3 and len(asked) == len(set(asked))


def test_a_new_server_that_may_not_be_asked_is_not_asked_again():
    engine = Engine()
    old = old_zone()
    inner = dataclasses.replace(new_zone(old), servers=("192.168.0.1",))
    assert AddressesOf(old, inner, engine, OURS, Walk()).new_side(f"panel.{ZONE}") == Found((), known=False)
    assert engine.asked == []


def test_silence_is_no_answer_that_there_is_no_address():
    old = old_zone()
    for altered in (timeout(), rcode("REFUSED")):
        assert finder(old, new_zone(old, NEW, first=altered)).new_side(ZONE) == Found((), known=False)
    assert finder(old, new_zone(old, NEW, first=rcode("NXDOMAIN", aa=True))).new_side(ZONE) == Found(())
    silent = old_zone(silent=(Question(f"sklep.{ZONE}", "A"),))
    assert not finder(silent).old_side(f"sklep.{ZONE}").known


def test_an_old_name_that_only_a_wildcard_has_is_where_the_wildcard_leads_and_a_name_that_exists_is_not():
    old = old_zone(wildcard={"A": Held(("192.0.2.99",), 60)}, between=frozenset((f"a.{ZONE}",)))
    assert finder(old).old_side(f"blog.{ZONE}") == Found(("192.0.2.99",))
    assert finder(old).old_side(f"a.{ZONE}") == Found(())


def test_hosts_of_other_zones_are_found_on_the_way_down_their_aliases_too():
    walk = Walk(
        mx_other_example=(("CNAME", 60, ("real.third.example",)),), real_third_example=(("A", 60, ("8.8.8.8",)),)
    )
    assert finder(walk=walk).new_side("mx.other.example") == Found(("8.8.8.8",))
    assert finder(walk=Walk(mx_other_example=())).new_side("mx.other.example") == Found(())
    assert finder(walk=Walk(mx_other_example=None)).new_side("mx.other.example") == Found((), known=False)


@pytest.mark.parametrize("odd", ["x" * 64, "a" * 300, "a..b", "\\300"])
def test_a_name_that_cannot_be_asked_for_is_unknown_and_stops_nothing(odd):
    engine, walk = Engine(), Walk()
    found = finder(engine=engine, walk=walk)
    assert not found.new_side(f"{odd}.{ZONE}").known and not found.new_side(f"{odd}.other.example").known
    assert (engine.asked, walk.said) == ([], []) and address_ttl((f"{odd}.example",), walk) is None


def test_aliases_in_a_circle_come_to_an_end():
    old = old_zone("a CNAME b.firma.pl\nb CNAME a.firma.pl")
    walk = Walk(
        x_other_example=(("CNAME", 60, ("y.other.example",)),), y_other_example=(("CNAME", 60, ("x.other.example",)),)
    )
    assert finder(old, walk=walk).old_side(f"a.{ZONE}") == Found(()) == finder(walk=walk).new_side("x.other.example")


def test_mail_goes_to_the_mx_by_preference_to_the_name_itself_without_one_and_nowhere_with_a_null_mx():
    old = old_zone(f"{OLD}\n@ MX 5 first.firma.pl")
    assert finder(old).mail_hosts(ZONE, new=False) == MailHosts(("first.firma.pl", "mail.firma.pl"))
    none = OLD.replace("@ MX 10 mail.firma.pl", "")
    assert finder(old_zone(none)).mail_hosts(ZONE, new=False) == MailHosts((ZONE,))
    null = old_zone(none, silent=())
    null = dataclasses.replace(null, sets={**null.sets, (ZONE, "MX"): Held(("0 .",), 60)})
    assert finder(null).mail_hosts(ZONE, new=False) == MailHosts(())


def test_ttl_of_name_servers_addresses_is_the_longest_of_all_and_unknown_where_one_is():
    walk = Walk(ns1_old_pl=(("A", 600, ("192.0.2.53",)),), ns2_old_pl=(("A", 900, ("192.0.2.54",)),), ns3_old_pl=None)
    assert address_ttl(("ns1.old.pl", "ns2.old.pl"), walk) == 900
    assert address_ttl(("ns1.old.pl", "ns3.old.pl"), walk) is None and address_ttl((), walk) is None
    assert address_ttl(("ns1.old.pl", "gone.old.pl"), walk) == 600


def test_ttl_of_keys_is_zero_where_a_zone_has_none_and_unknown_where_nobody_says():
    def tells(*records):
        return Engine(lambda server, question: Observation(server, question, NOW, "NOERROR", AA, records))

    key = Rrset(ZONE, "DNSKEY", 3_600, ("257 3 13 ab",))
    assert keys_ttl(ZONE, DELEGATED, tells(key), Targets(OURS.networks)) is None
    world = (Server("authoritative", "8.8.8.8"),)
    assert keys_ttl(ZONE, world, tells(key), OURS) == 3_600
    assert (
        keys_ttl(ZONE, world, tells(), OURS) == 0 and keys_ttl(ZONE, world, Engine(lambda *asked: None), OURS) is None
    )


# -- whom to speak to


def test_the_apex_www_and_listed_sites_are_spoken_to_on_both_sides():
    (sites,) = spoken_to(dataclasses.replace(WANTED, sites=(f"mail.{ZONE}", ZONE))).sites
    assert [tuple(one) for one in sites] == [(n, A_OLD, A_NEW) for n in (ZONE, f"www.{ZONE}", f"mail.{ZONE}")]


def test_a_site_elsewhere_and_one_without_any_address_are_told():
    there = Engine(lambda server, question: Observation(server, question, NOW, "NXDOMAIN", AA))
    found = spoken_to(dataclasses.replace(WANTED, sites=("other.pl", f"sklepik.{ZONE}")), engine=there)
    assert tags(found.findings) == [("site_elsewhere", "other.pl"), ("site_unknown", f"sklepik.{ZONE}")]
    assert len(found.sites[0]) == 2
    # Nobody answered: that there is none is not known.
    silent = Engine(lambda server, question: None)
    found = spoken_to(dataclasses.replace(WANTED, sites=(f"sklepik.{ZONE}",)), engine=silent)
    assert ("site_not_seen", f"sklepik.{ZONE}") in tags(found.findings)


def test_each_address_of_the_new_side_is_spoken_to_in_a_round_of_its_own():
    old = old_zone()
    new = new_zone(old, f"{NEW}\n@ A 203.0.113.2")
    rounds = spoken_to(old=old, new=new).sites
    assert [[(one.old, one.new) for one in some if one.name == ZONE] for some in rounds] == [
        [(A_OLD, "203.0.113.1")],
        [("", "203.0.113.2")],
    ]
    many = "\n".join(f"@ A 203.0.113.{n}" for n in range(2, 10))
    found = spoken_to(old=old, new=new_zone(old, f"{NEW}\n{many}"))
    assert len(found.sites) == ROUNDS and ("not_all_asked", ZONE) in tags(found.findings)


def test_an_ipv6_address_without_a_way_there_is_left_out_and_told(monkeypatch):
    monkeypatch.setattr("core.cutover.asking.to_speak_to._has_way", lambda address: False)
    old = old_zone()
    found = spoken_to(old=old, new=new_zone(old, f"{NEW}\n@ AAAA 2001:db8::1\nmail AAAA 2001:db8::1"))
    assert tags(found.findings) == [("ipv6_not_seen", ZONE)] and len(found.sites) == 1
    assert found.mail == ((f"mail.{ZONE}", A_NEW),)
    only = NEW.replace("@ A 203.0.113.1", "@ AAAA 2001:db8::1")
    found = spoken_to(old=old, new=new_zone(old, only))
    assert ("only_ipv6_not_seen", ZONE) in tags(found.findings)
    assert ZONE not in [one.name for some in found.sites for one in some]


def test_mail_hosts_are_spoken_to_on_both_sides_and_their_addresses_known_to_the_mails_law():
    found = spoken_to()
    assert found.mail == ((f"mail.{ZONE}", A_NEW),) and found.old_mail == ((f"mail.{ZONE}", A_OLD),)
    assert found.mail_hosts == {f"mail.{ZONE}": (A_NEW,)} and found.findings == []


def test_mail_that_stays_at_somebody_elses_is_left_alone_and_its_mailboxes_are_not_asked_for():
    lines = OLD.replace("mail.firma.pl", "mx.google.example")
    old, walk = old_zone(lines), Walk(mx_google_example=(("A", 60, ("8.8.8.8",)),))
    found = spoken_to(
        dataclasses.replace(WANTED, mailboxes=(f"biuro@{ZONE}",)), old=old, new=new_zone(old, lines), walk=walk
    )
    assert (found.mail, found.old_mail, found.mailboxes) == ((), (), {})
    assert tags(found.findings) == [("mailboxes_stay", ZONE)] and found.mail_hosts == {
        "mx.google.example": ("8.8.8.8",)
    }


def test_mail_that_moved_to_our_server_before_is_spoken_to_all_the_same():
    lines = f"{OLD}\nmx A 203.0.113.8".replace("10 mail", "10 mx")
    old = old_zone(lines)
    assert spoken_to(old=old, new=new_zone(old, lines)).mail == ((f"mx.{ZONE}", "203.0.113.8"),)


def test_mailboxes_are_asked_for_at_the_new_host_of_their_domain_ours_before_others():
    old = old_zone()
    new = new_zone(old, f"{NEW}\n@ MX 1 filter.firma.pl\nfilter A 8.8.4.4", more=(f"filter.{ZONE}",))
    found = spoken_to(dataclasses.replace(WANTED, mailboxes=(f"a@{ZONE}", f"b@{ZONE}", "c@other.pl")), old=old, new=new)
    assert found.mailboxes == {(f"mail.{ZONE}", A_NEW): [f"a@{ZONE}", f"b@{ZONE}"]}
    assert ("mailbox_elsewhere", "c@other.pl") in tags(found.findings)


def test_mailboxes_without_a_server_are_told_once_and_stay_on_the_list():
    old = old_zone()
    new = new_zone(old, NEW.replace("mail A 203.0.113.1", ""), first=rcode("NXDOMAIN", (f"mail.{ZONE}", "A"), aa=True))
    gone = Engine(lambda server, question: Observation(server, question, NOW, "NXDOMAIN", AA))
    found = spoken_to(dataclasses.replace(WANTED, mailboxes=(f"a@{ZONE}", f"b@{ZONE}")), old=old, new=new, engine=gone)
    assert tags(found.findings) == [("mailboxes_no_server", ZONE)]
    assert found.unreachable == [f"a@{ZONE}", f"b@{ZONE}"] and found.mail_hosts == {f"mail.{ZONE}": ()}


def test_new_servers_that_do_not_say_the_mx_leave_the_mail_unseen():
    old = old_zone()
    found = spoken_to(old=old, new=new_zone(old, NEW, first=timeout((ZONE, "MX"))))
    assert ("mail_not_seen", ZONE) in tags(found.findings) and found.mail == ()


# -- the whole


@pytest.fixture
def asked(monkeypatch):
    """Stand-ins for all who ask over the network, and a list of what each was asked."""
    old = old_zone()
    calls = SimpleNamespace(old=old, new=new_zone(old), servers=None, pages=[], mail=[], boxes=[])

    def gather(wanted, known, servers, engine, targets, progress):
        calls.servers = servers
        progress(1, 2)
        return calls.old

    def pages(sites, targets, *, defaults, trust, also, seen):
        calls.pages.append(sites)
        sides = [(one.name, side, address) for one in sites for side, address in (("old", one.old), ("new", one.new))]
        return tuple(
            Page(
                site,
                side,
                address,
                secure,
                status=200,
                title="Firma",
                text="Firma",
                length=5,
                certificate=GOOD if secure else None,
            )
            for site, side, address in sides
            for secure in (True, False)
            if address
        )

    def speak(hosts, targets, *, trust, seen=None):
        calls.mail.append(hosts)
        return tuple(
            Spoken(*host, service, banner="220 mail", starttls=True if service == "smtp" else None, certificate=GOOD)
            for host in hosts
            for service in ("smtp", "imaps")
        )

    def ask(addresses, server, targets, *, seen):
        calls.boxes.append((addresses, server))
        return tuple(Mailbox(one, server[0], "known", 250, "OK") for one in addresses)

    parent = Parent(("ns1.old.pl",), 3_600, ())
    for name, part in {
        "delegation": SimpleNamespace(delegation=lambda name, engine, roots: (parent, DELEGATED)),
        "old_zone": SimpleNamespace(gather=gather),
        "new_zone": SimpleNamespace(answers=lambda *given: calls.new),
        "web": SimpleNamespace(pages=pages),
        "mail_servers": SimpleNamespace(speak=speak),
        "mailboxes": SimpleNamespace(ask=ask),
        "Walk": lambda engine, roots: Walk(
            ns1_old_pl=(("A", 60, ("192.0.2.53",)),), ns2_old_pl=(("A", 60, ("192.0.2.54",)),)
        ),
    }.items():
        monkeypatch.setattr(looking, name, part)
    return calls


def looked(wanted=WANTED, **how):
    return look(wanted, Engine(), (), (), OURS, NOW, defaults=DefaultPages(), **how)


def grave(found):
    weights = cutover_weights()
    return [(one.tag, one.name) for one in found.findings if weights.of(one) != "notice"]


def test_a_clean_move_is_ready_and_says_where_all_of_it_comes_from(asked):
    found = looked(dataclasses.replace(WANTED, mailboxes=(f"biuro@{ZONE}",)))
    assert grave(found) == [] and cutover_weights().verdict(found.findings) == "ready"
    assert (found.name, found.at, found.new_servers, found.complete) == (ZONE, NOW, (NS1,), True)
    assert found.sources == asked.old.sources and found.mapping == {A_OLD: A_NEW}
    assert {(one.name, one.state) for one in found.records if one.type == "A"} == {
        (ZONE, "moved"),
        (f"mail.{ZONE}", "moved"),
    }
    assert asked.boxes == [([f"biuro@{ZONE}"], (f"mail.{ZONE}", A_NEW))]
    assert [one.state for one in found.probes.mailboxes] == ["known"] and len(found.probes.pages) == 8
    assert found.plan.delegation_until and len(found.digest) == 64


def test_a_record_that_is_lost_blocks(asked):
    asked.old = old_zone(f"{OLD}\nsklep A {A_OLD}")
    asked.new = new_zone(asked.old)
    found = looked()
    assert [name for _, name in grave(found)] == [f"sklep.{ZONE}"]
    assert cutover_weights().verdict(found.findings) == "blocked"


def test_a_part_that_could_not_be_done_is_unknown_and_the_others_are_there(asked, monkeypatch):
    def fails(*given, **named):
        raise OSError(24, "Too many open files")

    for name in ("web", "mail_servers", "mailboxes"):
        with monkeypatch.context() as patched:
            patched.setattr(looking, name, SimpleNamespace(pages=fails, speak=fails, ask=fails))
            found = looked(dataclasses.replace(WANTED, mailboxes=(f"biuro@{ZONE}",)))
        failed = [one for one in found.findings if one.tag == "part_failed"]
        assert failed and {one.name for one in failed} == {ZONE} and failed[0].values["detail"] == "Too many open files"
        assert cutover_weights().verdict(found.findings) == "unknown" and found.records
        assert bool(found.probes.pages) == (name != "web") and bool(found.probes.mail) == (name != "mail_servers")


def test_a_delegation_that_cannot_be_asked_for_is_a_part_that_failed(asked, monkeypatch):
    def fails(*given):
        raise ValueError("a name")

    monkeypatch.setattr(looking, "delegation", SimpleNamespace(delegation=fails))
    found = looked()
    assert ("part_failed", ZONE) in grave(found) and asked.servers == ()


def test_old_servers_that_are_told_are_asked_instead_of_those_of_today(asked):
    looked()
    assert asked.servers == DELEGATED
    looked(dataclasses.replace(WANTED, old_servers=("8.8.8.8",)))
    assert asked.servers == (Server("authoritative", "8.8.8.8"),)


def test_sites_mail_and_mailboxes_are_spoken_to_at_the_same_time(asked, monkeypatch):
    together = threading.Barrier(4, timeout=60)
    web, mail, boxes = looking.web.pages, looking.mail_servers.speak, looking.mailboxes.ask

    def at_once(work, is_one=lambda some: True):
        return lambda *given, **named: (is_one(given[0]) and together.wait(), work(*given, **named))[1]

    monkeypatch.setattr(looking, "web", SimpleNamespace(pages=at_once(web, lambda some: some[0].new)))
    monkeypatch.setattr(looking, "mail_servers", SimpleNamespace(speak=at_once(mail)))
    monkeypatch.setattr(looking, "mailboxes", SimpleNamespace(ask=at_once(boxes)))
    found = looked(dataclasses.replace(WANTED, mailboxes=(f"biuro@{ZONE}",)))
    # One after another would break the barrier.
    assert not [one for one in found.findings if one.tag == "part_failed"] and len(asked.mail) == 2


def test_progress_tells_each_stage_in_order(asked):
    told = []
    looked(progress=lambda *said: told.append(said))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["delegation", "old_zone", "new_zone", "addresses", "servers"] and ("old_zone", 1, 2) in told


def test_mailboxes_that_nobody_could_be_asked_for_stay_in_the_result_as_unknown(asked):
    asked.new = new_zone(asked.old, NEW.replace("mail A 203.0.113.1", ""))
    found = looked(dataclasses.replace(WANTED, mailboxes=(f"biuro@{ZONE}",)))
    assert [(one.address, one.state) for one in found.probes.mailboxes] == [(f"biuro@{ZONE}", "unknown")]


def test_the_same_finding_of_two_rounds_is_told_once(asked, monkeypatch):
    asked.new = new_zone(asked.old, f"{NEW}\n@ A 203.0.113.2")
    same = Finding("web_differs", ZONE)
    seen = []
    found = SimpleNamespace(find=lambda pages, now, services: seen.append(pages) or [same])
    monkeypatch.setattr(looking, "web_findings", found)
    assert [one for one in looked().findings if one == same] == [same]
    assert [one.new for some in asked.pages for one in some if one.name == ZONE and one.new] == [A_NEW, "203.0.113.2"]
    # The second round is judged beside the old side of the first.
    assert {page.side for page in seen[1] if page.site == ZONE} == {"old", "new"}


def test_digest_changes_with_the_data_of_either_zone_and_not_with_ttls_or_serials():
    old = old_zone()
    same = digest(old, new_zone(old))
    lowered = dataclasses.replace(old, sets={key: held._replace(ttl=60) for key, held in old.sets.items()})
    assert digest(lowered, new_zone(lowered)) == same
    serial = dataclasses.replace(old, sets={**old.sets, (ZONE, "SOA"): Held(("a b 2 1 1 1 1",), 60)})
    assert digest(serial, new_zone(old)) == same
    assert digest(old_zone(f"{OLD}\nx A 192.0.2.3"), new_zone(old)) != same
    assert digest(old, new_zone(old, NEW.replace("203.0.113.1", "203.0.113.9"))) != same
