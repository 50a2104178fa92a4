"""`python -m core check`, as somebody at a terminal calls it, on real name servers."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lab.network import NoNetworkError

pytestmark = pytest.mark.lab


def tags(said):
    return {finding["tag"] for finding in said["findings"]}


def served(laboratory, stem, *records, by="new", ttl=3600):
    hoster = getattr(laboratory, by)
    name = laboratory.name(stem)
    hoster.serve(name, *(record.replace("@", name) for record in records or ("@ A 192.0.2.1",)), ttl=ttl)
    laboratory.delegate(name, hoster.servers, ttl=3)
    return name


def test_name_that_nobody_changed_has_propagated_once_its_old_ttl_is_known(laboratory, check):
    name = served(laboratory, "spokojny", "@ A 192.0.2.1", "@ MX 10 mail.@")
    code, said, _ = check(name, "--old-ttl", "0", "--type", "A", "--type", "MX")
    assert (code, said["state"], said["name"]) == (0, "expired", name.removesuffix("."))
    assert said["delegation"]["zone"] == name.removesuffix(".")
    assert {server["address"] for server in said["delegation"]["servers"]} == set(laboratory.new.servers.values())
    statuses = {(o["role"], o["type"]): o["status"] for o in said["observations"] if o["status"]}
    # The host of the mail is watched along with the MX.
    assert statuses == {(role, type): "new" for role in ("authoritative", "resolver") for type in ("A", "AAAA", "MX")}


def test_without_old_ttls_nobody_can_tell_that_the_caches_are_empty(laboratory, check):
    code, said, _ = check(served(laboratory, "nieznany"), "--type", "A")
    assert (code, said["state"], said["eta"], said["eta_reason"]) == (1, "consistent", None, "ttl_unknown")
    assert "ttl_unknown" in tags(said)


def test_value_that_is_not_there_yet_is_said_of_every_server(laboratory, check):
    name = served(laboratory, "jeszczenie")
    code, said, _ = check(name, "--type", "A", "--expect", "198.51.100.7", "--old-ttl", "60")
    assert (code, said["state"], said["consistent"]) == (1, "published", False)
    differ = [f["server"] for f in said["findings"] if f["tag"] == "record_differs"]
    assert set(differ) == set(laboratory.new.servers.values())


def test_record_to_be_removed_has_propagated_once_nobody_has_it(laboratory, check):
    name = served(laboratory, "usuwany", "@ A 192.0.2.1", "www CNAME @")
    wanted = ("--type", "A", "--expect-none", "--old-ttl", "0")
    code, said, _ = check(name, *wanted)
    assert (code, said["state"]) == (1, "published") and "record_differs" in tags(said)
    assert check(f"www.{name}", *wanted)[0] == 1
    for gone, type in ((f"nic.{name}", "A"), (name, "TXT")):
        code, said, _ = check(gone, "--type", type, "--expect-none", "--old-ttl", "0")
        assert (code, said["state"]) == (0, "expired")


def test_https_and_svcb_are_asked_and_compared_however_their_parameters_are_written(laboratory, check):
    name = served(
        laboratory,
        "https",
        '@ HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.1',
        "_dns.@ SVCB 1 dns.@ alpn=dot port=853",
    )
    code, said, _ = check(name, "--type", "HTTPS", "--expect", '01 . ipv4hint="192.0.2.1" alpn=h2,h3', "--old-ttl", "0")
    values = {value for o in said["observations"] if o["type"] == "HTTPS" for value in o["values"]}
    assert (code, said["state"], values) == (0, "expired", {'1 . alpn="h2,h3" ipv4hint="192.0.2.1"'})
    wanted = f"1 DNS.{name} port=853 alpn=dot"
    assert check(f"_dns.{name}", "--type", "SVCB", "--expect", wanted, "--old-ttl", "0")[0] == 0
    code, said, _ = check(name, "--type", "HTTPS", "--expect", "1 . alpn=h3,h2", "--old-ttl", "0")
    assert code == 1 and "record_differs" in tags(said)


def test_values_pasted_from_a_panel_mean_what_they_mean(laboratory, check):
    name = served(
        laboratory,
        "panel",
        '@ CAA 0 issue "letsencrypt.org; validationmethods=dns-01"',
        '@ TXT "v=spf1 include:spf.@ " "-all"',
        '@ TXT "MS=ms1"',
        "@ MX 10 mail.@",
        '*.@ TXT "a wildcard"',
    )
    spf = f"v=spf1 include:spf.{name} -all"
    for type, value in (
        ("CAA", "0 ISSUE letsencrypt.org; validationmethods=dns-01"),
        ("SPF", f'"{spf}"'),
        ("MX", f"010\tMAIL.{name}"),
    ):
        code, said, _ = check(name, "--type", type, "--expect", value, "--old-ttl", "0")
        assert (code, said["state"]) == (0, "expired"), (type, said["findings"])
    # The text of the wildcard stands at _dmarc too, and is no DMARC.
    assert check(name, "--type", "DMARC", "--expect-none", "--old-ttl", "0")[0] == 0
    code, _, told = check(name, "--type", "MX", "--expect", f"mail.{name} 10")
    assert code == 64 and "--expect" in told and "10 mx.example.pl" in told


def test_delegation_that_still_leads_to_the_old_servers_is_not_published(laboratory, check):
    name = served(laboratory, "staryhoster", by="old")
    old = [part for address in laboratory.old.servers.values() for part in ("--old-server", address)]
    code, said, _ = check(name, *old, "--type", "A", "--old-ttl", "3")
    assert (code, said["state"], said["published"]) == (1, "unpublished", False)
    laboratory.new.serve(name, f"{name} A 198.51.100.7")
    laboratory.switch(name)
    code, said, _ = check(name, *old, "--type", "A", "--expect", "198.51.100.7", "--old-ttl", "3")
    assert said["published"] and said["consistent"] and said["state"] in ("consistent", "expired", "observed")
    assert "old_servers_serve_old" in tags(said)


def test_name_with_polish_letters_is_checked_in_its_ascii_form(laboratory, check):
    name = served(laboratory, "żółw")
    code, said, _ = check(name.removesuffix(".").encode("ascii").decode("idna"), "--old-ttl", "0", "--type", "A")
    assert code == 0 and said["name"].startswith("xn--")


def test_text_of_an_answer_is_shown_as_text(laboratory, check):
    name = served(laboratory, "wrogi", '@ TXT "[red]<script>alert(1)</script>[/red] **x**"')
    code, lines, _ = check(name, "--type", "TXT", "--old-ttl", "0", lines=True)
    assert code == 0 and "[red]" in lines
    assert lines.splitlines()[0].strip()


def test_name_that_nobody_registered_could_not_be_judged_by_the_registry_s_servers(laboratory, check):
    code, said, _ = check(laboratory.name("wolna"), "--type", "A", "--old-ttl", "0")
    assert (code, said["state"], said["published"], tags(said)) == (2, "unknown", None, {"not_delegated"})
    code, said, _ = check(laboratory.name("wolna"), "--type", "A", "--old-server", laboratory.old.address)
    assert (code, said["state"], "not_delegated" in tags(said)) == (1, "unpublished", True)


def test_records_that_only_one_server_has_are_no_agreement(laboratory, check):
    name, other = laboratory.name("polowa"), laboratory.authority()
    laboratory.new.serve(name, f"{name} A 192.0.2.1", serial=5)
    other.serve(name, serial=5)
    laboratory.delegate(name, laboratory.new.servers | other.servers)
    code, said, _ = check(name, "--type", "A", "--old-ttl", "0")
    assert (code, said["consistent"]) == (1, False) and "servers_differ" in tags(said)
    # The newer version decides, and so does whoever says what is right.
    other.serve(name, serial=4)
    code, said, _ = check(name, "--type", "A", "--old-ttl", "0")
    assert (code, said["consistent"]) == (1, False) and {"record_differs", "serial_differs"} <= tags(said)
    other.serve(name, serial=5)
    code, said, _ = check(name, "--type", "A", "--old-ttl", "0", "--expect", "192.0.2.1")
    assert "record_differs" in tags(said) and "servers_differ" not in tags(said)


def test_root_that_does_not_answer_could_not_tell(laboratory, check, tmp_path):
    hints = tmp_path / "named.root"
    hints.write_text(f". 60 IN NS a.root.\na.root. 60 IN A {laboratory.address()}\n", encoding="utf-8")
    before = laboratory.hints_file
    laboratory.hints_file = hints
    try:
        code, said, _ = check("nikt.pl", "--type", "A")
    finally:
        laboratory.hints_file = before
    assert (code, said["state"]) == (2, "unknown")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["not a name"], "NAME"),
        (["a.pl", "--type", "XYZ"], "--type"),
        (["a.pl", "--expect", "cat"], "--expect"),
        (["a.pl", "--type", "A", "--expect", "cat"], "--expect"),
        (["a.pl", "--type", "MX", "--expect", "10 mx"], "mx.example.pl"),
        (["a.pl", "--type", "SPF", "--expect", "hello"], "v=spf1"),
        (["a.pl", "--expect-none"], "--expect"),
        (["a.pl", "--type", "A", "--expect", ""], "--expect-none"),
        (["a.pl", "--type", "A", "--expect", "1.2.3.4", "--expect-none"], "--expect-none"),
        (["a.pl", "--old-server", "ns1"], "--old-server"),
        (["a.pl", "--old-server", "fe80::1%eth0"], "--old-server"),
        (["a.pl", "--switched-at", "yesterday"], "--switched-at"),
        (["a.pl", "--switched-at", "2999-01-01T00:00:00Z"], "--switched-at"),
        (["a.pl", "--old-ttl", "-1"], "--old-ttl"),
    ],
)
def test_wrong_call_is_refused_by_the_name_of_what_is_wrong(check, arguments, told):
    code, _, said = check(*arguments)
    assert code == 64 and told in said


def test_switch_is_followed_until_it_has_propagated(laboratory, check):
    name = served(laboratory, "przenoszony", by="old", ttl=3)
    old = [part for address in laboratory.old.servers.values() for part in ("--old-server", address)]
    code, said, _ = check(name, "--type", "A", "--old-ttl", "3")
    assert {o["values"][0] for o in said["observations"] if o["role"] == "resolver" and o["values"]} == {"192.0.2.1"}
    laboratory.new.serve(name, f"{name} A 198.51.100.7", ttl=3, ns_ttl=3)
    laboratory.switch(name)
    begun = time.monotonic()
    wanted = ("--type", "A", "--expect", "198.51.100.7", "--old-ttl", "4", "--follow")
    code, lines, told = check(name, *old, *wanted, lines=True)
    assert code == 0 and time.monotonic() - begun < 50
    assert len(lines.splitlines()) > 2 and told.strip()


def test_ignoring_every_resolver_is_never_exit_0_and_says_that_nobody_was_left(laboratory, check):
    name = served(laboratory, "bez-nikogo", "@ A 192.0.2.1")
    everybody = [option for recursor in laboratory.recursors for option in ("--ignore", recursor.name)]
    code, said, _ = check(name, "--old-ttl", "0", "--type", "A", *everybody)
    assert code == 1 and "nobody_left" in tags(said)
    # All but one is enough.
    code, said, _ = check(name, "--old-ttl", "0", "--type", "A", *everybody[2:])
    assert code == 0 and "nobody_left" not in tags(said)
    assert [finding["tag"] for finding in said["findings"]].count("set_aside") == len(laboratory.recursors) - 1


def test_zone_whose_servers_have_ipv6_addresses_only_is_judged_where_there_is_ipv6(laboratory, check, tmp_path):
    try:
        address, way_out = laboratory.address6(), laboratory.address6()
    except NoNetworkError as error:
        pytest.skip(str(error))
    hoster = laboratory.authority(addresses=(address,))
    name = laboratory.name("tylko-szesc")
    hoster.serve(name, f"{name} A 192.0.2.1")
    laboratory.delegate(name, hoster.servers)
    recursor = laboratory.recursor("do-ip6: yes", f"outgoing-interface: {way_out}")
    resolvers = tmp_path / "resolvers.csv"
    header, first, *_ = laboratory.resolvers_file.read_text(encoding="utf-8").splitlines()
    first = first.replace(laboratory.plain.address, recursor.address)
    resolvers.write_text(f"{header}\n{first}\n", encoding="utf-8")
    code, said, _ = check(name, "--type", "A", "--old-ttl", "0", RESOLVERS_FILE=str(resolvers))
    assert (code, said["state"]) == (0, "expired") and "no_ipv6" not in tags(said)
    assert {server["address"] for server in said["delegation"]["servers"]} == {address}


def test_zone_whose_servers_have_addresses_that_no_way_leads_to_could_not_be_judged(laboratory, check):
    name = laboratory.name("bez-drogi")
    laboratory.delegate(name, {f"ns1.{name}": "2001:db8::53", f"ns2.{name}": "2001:db8::54"})
    code, said, _ = check(name, "--type", "A", "--old-ttl", "0")
    assert (code, said["state"]) == (2, "unknown") and "no_ipv6" in tags(said)


def test_following_that_begins_before_the_switch_goes_on_until_that_was_seen(laboratory, check):
    name = served(laboratory, "wczesny", by="old", ttl=3)
    laboratory.new.serve(name, f"{name} A 198.51.100.7", ttl=3, ns_ttl=3)
    with ThreadPoolExecutor(1) as aside:
        following = aside.submit(check, name, "--type", "A", "--old-ttl", "3", "--follow")
        # Long after what there is would count as arrived.
        with pytest.raises(TimeoutError):
            following.result(timeout=12)
        laboratory.switch(name)
        code, said, _ = following.result()
    seen = {value for o in said["observations"] if o["role"] == "resolver" for value in o["values"] or ()}
    assert code == 0 and "198.51.100.7" in seen


def test_following_without_any_change_gives_up_and_could_not_tell(laboratory, check):
    name = served(laboratory, "bez-zmian", ttl=3)
    code, said, _ = check(name, "--type", "A", "--old-ttl", "0", "--follow", "--for", "0.001")
    assert (code, said["state"]) in ((2, "expired"), (2, "observed"))
