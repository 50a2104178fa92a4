"""The site's certificate and the mail host, once everybody sees a move: on real servers that speak TLS and SMTP."""

import datetime as dt

import pytest

from core.cutover.settings import Targets
from core.dns.asked import read_wish
from core.watch.after_look import NOTHING, AfterLook, Ports, after_look
from tests.lab.certificates import DAY, Issuer
from tests.lab.stage import now
from tests.mail_scripts import LONG, OURS, Talk, away, expired, greets, serving, smtp
from tests.watched_world import START, ZONE, World, check, record, switch

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def issuer():
    return Issuer()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def trust(issuer, folder):
    file = folder / "ca.pem"
    file.write_text(issuer.ca, encoding="ascii")
    return str(file)


@pytest.fixture
def looked(trust):
    """Look once at a world, then at its site and mail host; `https`, `smtp`: ports, where nobody listens by default."""

    def look(world, before="unasked", *, https=1, smtp=1, targets=OURS, types="A,MX"):
        switch(world, world.parents, "nowy")
        asked = check(world, read_wish({"name": ZONE, "types": types}, START))
        asked.round()
        ports = Ports(https, smtp)
        return away(lambda: after_look(asked, before, targets, trust=trust, ports=ports, patience=LONG))

    return look


@pytest.fixture
def world():
    """The site and the mail host are on this machine."""
    found = World()
    found.hosts = {f"mx.{ZONE}": HERE}
    record(found, "nowy", "A", 300, (HERE,))
    record(found, "nowy", "MX", 300, (f"20 zapas.{ZONE}", f"10 mx.{ZONE}"))
    return found


async def mute(talk: Talk) -> None:
    talk.reset()


# -- the certificate


def test_the_certificate_of_the_site_is_read_at_the_address_that_its_servers_give(looked, world, issuer, folder):
    good = issuer.certificate(folder, ZONE, ends=9 * DAY).served()
    with serving(greets("* OK"), good) as site:
        until = looked(world, https=site.port).certificate_until
    assert abs(until - (now() + 9 * DAY)) < dt.timedelta(hours=1)


def test_one_that_has_ended_is_told_with_its_end(looked, world, issuer, folder):
    with serving(greets("* OK"), expired(folder, issuer, ZONE)) as site:
        assert looked(world, https=site.port).certificate_until < now()


def test_one_for_another_name_is_not_the_sites(looked, world, issuer, folder):
    other = issuer.certificate(folder, "inny.example").served()
    with serving(greets("* OK"), other) as site:
        assert looked(world, https=site.port).certificate_until is None


def test_where_the_name_itself_has_no_site_its_www_is_looked_at(looked, world, issuer, folder):
    del world.records["nowy"]["A"]
    world.hosts[f"www.{ZONE}"] = HERE
    with serving(greets("* OK"), issuer.certificate(folder, f"www.{ZONE}").served()) as site:
        assert looked(world, https=site.port).certificate_until > now()


def test_no_site_and_no_tls_are_no_certificate(looked, world):
    assert looked(world).certificate_until is None
    with serving(smtp()) as plain:
        assert looked(world, https=plain.port).certificate_until is None
    world.records["nowy"] = {}
    assert looked(world) == NOTHING


# -- mail


@pytest.mark.parametrize("script", [smtp(), greets("554 5.7.1 go away"), greets("220-wait\r\n220 mx")])
def test_a_mail_host_that_says_anything_answers_and_nobody_signs_in(looked, world, script):
    with serving(script) as host:
        assert looked(world, smtp=host.port).mail == "answers"
    assert all(command.split()[0] in ("EHLO", "HELO", "QUIT") for command in host.commands)


@pytest.mark.parametrize(("before", "said"), [("unasked", "unasked"), ("answers", "silent"), ("silent", "silent")])
def test_one_that_was_never_heard_is_not_called_silent(looked, world, before, said):
    # Many a machine may reach nobody's port 25.
    assert looked(world, before).mail == said
    with serving(mute) as host:
        assert looked(world, before, smtp=host.port).mail == said


def test_one_that_speaks_again_answers(looked, world):
    with serving(smtp()) as host:
        assert looked(world, "silent", smtp=host.port).mail == "answers"


@pytest.mark.parametrize("values", [(), ("0 ",), ("10 mx.nigdzie.pl",)])
def test_where_there_is_no_mail_host_none_is_asked(looked, world, values):
    record(world, "nowy", "MX", 300, values)
    assert looked(world, "answers").mail == "unasked"


def test_a_mail_host_in_another_zone_is_found_there(looked, world):
    record(world, "nowy", "MX", 300, ("10 ns1.stary.pl",))
    world.servers["stary"] = {"127.0.3.1": "ns1.stary.pl"}
    # Nobody listens at its address.
    assert looked(world, "answers").mail == "silent"


def test_mail_is_not_looked_at_where_mx_is_not_watched(looked, world):
    assert looked(world, "answers", types="A").mail == "unasked"


# -- who is spoken to


def test_nobody_is_spoken_to_who_is_neither_the_worlds_nor_ours(looked, world, issuer, folder):
    with serving(smtp()) as host, serving(greets("* OK"), issuer.certificate(folder, ZONE).served()) as site:
        found = looked(world, "answers", https=site.port, smtp=host.port, targets=Targets())
        assert found == AfterLook(None, "unasked")
        assert host.heard == [] and site.heard == []
