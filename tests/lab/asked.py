"""The laboratory asked by dnspython, not by the checker: what tests of the laboratory itself see."""

import time

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.zonefile


def query(name, type_="A", *, cd=False):
    made = dns.message.make_query(name, type_, use_edns=0, payload=1232)
    made.flags |= dns.flags.AD  # RFC 6840 s. 5.7: whoever does not ask for AD is not told
    if cd:
        made.flags |= dns.flags.CD
    return made


def ask(address, name, type_="A", *, cd=False, timeout=3):
    return dns.query.udp(query(name, type_, cd=cd), address, timeout=timeout)


def values(message):
    return [str(record) for rrset in message.answer if rrset.rdtype != dns.rdatatype.RRSIG for record in rrset]


def rcode(message):
    return dns.rcode.to_text(message.rcode())


def ede(message):
    return [int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)]


def eventually(what, within=10.0):
    """Ask again every 0.1 s until it holds; give the seconds it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < within, "never happened"
        time.sleep(0.1)
    return time.monotonic() - began


def on_both(lab, stem, **how):
    """Give a name that the old hoster serves as 192.0.2.1 and the new one as 192.0.2.2, delegated to the old one."""
    name = lab.name(stem)
    for party, address in ((lab.old, "192.0.2.1"), (lab.new, "192.0.2.2")):
        party.serve(name, f"@ A {address}", f"late A {address}", **how)
    key = how.get("key")
    lab.delegate(name, lab.old.servers, how["ns_ttl"], [key.ds(name)] if key else [])
    return name
