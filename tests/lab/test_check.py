"""`python -m core check`, as somebody at a terminal calls it, on real name servers."""

import time

import pytest

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]


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
    assert (code, said["consistent"]) == (1, False) and "record_differs" in tags(said)


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
