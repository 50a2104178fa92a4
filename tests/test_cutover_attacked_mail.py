"""What somebody who attacked the mail's law found: records that the old zone never had, and that harm mail."""

from dataclasses import replace

import pytest

from core.cutover.judging.mail_server_findings import find
from core.cutover.probes import PORTS, Spoken
from tests import cutover_zones
from tests.cutover_zones import NEW as NEW_LINES
from tests.cutover_zones import OLD as OLD_LINES
from tests.mail_zones import POLICY, ZONE, found, spf, tags
from tests.test_cutover_judging_mail_law import MX, WEIGHTS
from tests.test_cutover_look import WANTED, spoken_to

TEXT = (ZONE, "TXT")
GOOGLE = "1 aspmx.l.google.com"
HOSTS = {"aspmx.l.google.com": ("8.8.8.8",), f"mail.{ZONE}": ("203.0.113.20",)}
WITHOUT_SPF = {TEXT: ("google-site-verification=1",)}


def added(text, mx=(GOOGLE,), **more):
    """Return what is found where a new panel made an SPF; the old zone has none."""
    return tags({MX: mx, **spf(text)}, {MX: mx, **WITHOUT_SPF}, hosts=HOSTS, **more)


@pytest.mark.parametrize("text", ["v=spf1 a mx ip4:203.0.113.20 -all", "v=spf1 a mx ~all", "v=spf1 -all"])
def test_an_spf_where_none_was_that_leaves_out_the_mail_company_is_to_be_confirmed(text):
    assert added(text) == ["spf_new"] and WEIGHTS.weight["spf_new"] == "accept"


@pytest.mark.parametrize(
    "text",
    ["v=spf1", "v=spf1 include:_spf.google.com -all", "v=spf1 mx ?all", "v=spf1 mx", "v=spf1 redirect=_spf.google.com"],
)
def test_an_spf_where_none_was_that_names_others_or_shuts_nobody_out_is_no_finding(text):
    assert added(text) == []


def test_a_panels_spf_is_no_finding_where_the_panel_takes_the_mail_or_nobody_does():
    own, panels = (f"10 mail.{ZONE}",), "v=spf1 a mx ip4:203.0.113.20 ~all"
    assert added(panels, own) == [] and added("v=spf1 -all", own) == ["spf_new_missing"]
    # The new hoster's own mail platform.
    assert tags({MX: ("10 mx.nowy.pl",), **spf(panels)}, {MX: ("10 mx.nowy.pl",), **WITHOUT_SPF}, hosts={}) == []
    assert tags({MX: ("0 .",), **spf("v=spf1 -all")}, {MX: ("0 .",), **WITHOUT_SPF}) == []
    (finding,) = found({MX: (GOOGLE,), **spf("v=spf1 -all")}, {MX: (GOOGLE,), **WITHOUT_SPF}, hosts=HOSTS)
    assert finding.values["hosts"] == "aspmx.l.google.com" and finding.values["text"] == "v=spf1 -all"


def policy(text, before=None, name=POLICY):
    return tags(
        {(name, "TXT"): (text,), **({(POLICY, "TXT"): before} if name != POLICY else {})}, {(POLICY, "TXT"): before}
    )


@pytest.mark.parametrize("text", ["v=DMARC1; p=reject", "v=DMARC1; p=none; sp=quarantine", "v=DMARC1; p=quarantine"])
def test_a_dmarc_policy_where_none_was_is_to_be_confirmed_where_it_asks_for_anything(text):
    assert policy(text) == ["dmarc_new"] and WEIGHTS.weight["dmarc_new"] == "accept"
    assert policy("v=DMARC1; p=none") == policy("v=DMARC1; p=quarantine; t=y") == []


def test_a_policy_below_the_domain_counts_beside_that_of_the_domain():
    below = f"_dmarc.listy.{ZONE}"
    assert policy("v=DMARC1; p=reject", ("v=DMARC1; p=reject",), below) == []
    assert policy("v=DMARC1; p=reject", ("v=DMARC1; p=reject; sp=none",), below) == ["dmarc_new"]


def test_a_null_mx_where_none_was_is_to_be_confirmed_for_a_name_with_an_address():
    assert tags({MX: ("0 .",)}, {MX: None}) == ["mx_null_new"] and WEIGHTS.weight["mx_null_new"] == "accept"
    assert tags({MX: ("0 .",)}, {MX: None, (ZONE, "A"): None}) == []


# -- a domain without mail


def ports(failure, address="203.0.113.20", host=ZONE):
    return [Spoken(host, address, service, failure) for service in PORTS]


def test_a_domain_without_an_mx_whose_old_server_refuses_mail_has_none_to_lose():
    old, new = ports("refused", "192.0.2.10"), ports("refused")
    assert find(new, (), old, without_mx={ZONE}) == find(ports("timeout"), (), old, without_mx={ZONE}) == []
    # With an MX it is a mail server that does not answer.
    assert [one.tag for one in find(new, (), old)] == ["mail_silent"]
    assert [one.tag for one in find(new, (), ports("refused", "192.0.2.10", "mail.old.pl"), without_mx={ZONE})] == [
        "mail_silent"
    ]


@pytest.mark.parametrize(
    ("failure", "tag"), [("", "mail_silent"), ("timeout", "mail_unseen"), ("closed", "mail_silent")]
)
def test_a_domain_without_an_mx_whose_old_server_may_take_mail_is_looked_at(failure, tag):
    found = find(ports("timeout"), (), ports(failure, "192.0.2.10"), without_mx={ZONE})
    assert found[0].tag == tag


def test_the_domain_itself_takes_mail_for_want_of_an_mx_unless_the_lists_have_a_mailbox_there():
    lines = OLD_LINES.replace("@ MX 10 mail.firma.pl", ""), NEW_LINES.replace("@ MX 10 mail.firma.pl", "")
    old = cutover_zones.old_zone(lines[0])
    new = cutover_zones.new_zone(old, lines[1])
    found = spoken_to(old=old, new=new)
    assert found.without_mx == {ZONE} and found.mail == ((ZONE, "203.0.113.1"),)
    listed = replace(WANTED, mailboxes=(f"biuro@{ZONE}",))
    assert spoken_to(listed, old=old, new=new).without_mx == spoken_to().without_mx == frozenset()
    # Where it stays at its address, nothing changes, though the server is ours.
    stays = cutover_zones.old_zone(lines[1])
    assert spoken_to(old=stays, new=new).mail == ()
    assert spoken_to(listed, old=stays, new=new).mail == ((ZONE, "203.0.113.1"),)
