#!/usr/bin/env bash
# The same SPF text is read by two libraries and refused by the third: "V=SPF1", a word behind "-all", a tab.
#
# Expected: RFC 7208 has a grammar, so that whoever checks a text says what a receiver of mail will make of it.
# What happens: "V=SPF1 ip4:192.0.2.1 -all" is SPF (s. 12 writes the version in a grammar in which letters are the same
#   in any case, RFC 5234 s. 2.3): pyspf and Mail::SPF, which receivers use, read it, checkdmarc says that it is broken.
#   A word behind "-all" that is no mechanism makes the whole text an error (s. 4.6: "anywhere in the record"), so that
#   pyspf and Mail::SPF let no server send; checkdmarc says that it is valid and the rest ignored. A tab in place of the
#   first blank makes a text no SPF at all (s. 4.5), in place of another one it is an error; checkdmarc takes both for
#   valid. Host bits in a network (ip4:192.0.2.9/24) and ptr, which one would rather suspect, all three read alike.
# Means for the desk: SPF is read by a reader of our own, which agrees with Mail::SPF, and a mistake behind "all" counts.
# With: pyspf 2.0.14, checkdmarc 6.0.4 (PyPI), libmail-spf-perl 2.9.0-5 (Debian 12); 2026-11-30. Nobody asks the DNS.
#
# Needs apt-get with Debian 12, perl, python3 with pip.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
mkdir -p "$work/debs" "$work/root"
(cd "$work/debs" && apt-get download -q libmail-spf-perl=2.9.0-5 libnetaddr-ip-perl=4.079+dfsg-2+b1 \
  liberror-perl=0.17029-2 libnet-dns-perl=1.36-1+deb12u1 liburi-perl=5.17-1 >/dev/null 2>&1)
for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
python3 -m pip install -qq --root-user-action=ignore --target "$work/py" pyspf==2.0.14 checkdmarc==6.0.4

cat >"$work/read.pl" <<'PL'
use Mail::SPF::v1::Record;
my $text = shift;
print eval { Mail::SPF::v1::Record->new_from_string($text) } ? "read"
  : ref $@ eq "Mail::SPF::EInvalidRecordVersion" ? "no SPF" : "error";
PL
cat >"$work/measure.py" <<'PY'
import os, subprocess, sys
import checkdmarc.spf, dns.resolver, spf

work = sys.argv[1]
perl = {**os.environ, "PERL5LIB": ":".join([f"{work}/root/usr/share/perl5"] + [
    os.path.join(folder, name) for folder, names, _ in os.walk(f"{work}/root/usr/lib") if folder.endswith("/perl5")
    for name in names])}
spf.DNSLookup = lambda *asked, **how: []  # its own tests put another one there as well


class Nothing:
    """A resolver by which no name exists."""

    nameservers, timeout, lifetime = ["127.0.0.1"], 1, 1

    def resolve(self, *asked, **how):
        raise dns.resolver.NXDOMAIN


def pyspf(text):
    found = spf.query(i="192.0.2.1", s="a@d.example", h="d.example").check(text)[0]
    return {"none": "no SPF", "permerror": "error"}.get(found, "read")


def by_checkdmarc(text):
    try:
        checkdmarc.spf.parse_spf_record(text, "d.example", resolver=Nothing())
    except checkdmarc.spf.SPFSyntaxError:
        return "error"
    return "read"


def mail_spf(text):
    return subprocess.run(["perl", f"{work}/read.pl", text], env=perl, capture_output=True, text=True, check=True).stdout


READERS = {"pyspf": pyspf, "Mail::SPF": mail_spf, "checkdmarc": by_checkdmarc}
EXPECTED = {
    "V=SPF1 ip4:192.0.2.1 -all": ("read", "read", "error"),
    "v=spf1 ip4:192.0.2.1 -all rest": ("error", "error", "read"),
    "v=spf1 ip4:192.0.2.1 -all ;": ("error", "error", "read"),
    "v=spf1\tip4:192.0.2.1 -all": ("no SPF", "no SPF", "read"),
    "v=spf1 ip4:192.0.2.1\t-all": ("error", "error", "read"),
    "v=spf1 IP4:192.0.2.9/24 -ALL": ("read", "read", "read"),
    "v=spf1 ip4:192.0.2.1 ptr -all": ("read", "read", "read"),
}
changed = False
for text, expected in EXPECTED.items():
    found = tuple(read(text) for read in READERS.values())
    print(f"{text!r}: " + ", ".join(f"{name} {one}" for name, one in zip(READERS, found)), flush=True)
    changed |= found != expected
sys.exit("No longer as described." if changed else 0)
PY
PYTHONPATH="$work/py" python3 -W ignore "$work/measure.py" "$work"
