"""DKIM keys and DMARC texts are read as their documents have it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cutover.judging import dkim, dmarc
from core.cutover.judging.tag_list import LONGEST, read_tags
from tests.mail_zones import KEY

ED25519 = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"v=DKIM1; k=rsa; p={KEY}",
        f"p={KEY}",
        f"v=DKIM1;p={KEY};",
        f"v = DKIM1 ; p = {KEY[:50]}  {KEY[50:]} ; ",
        f"v=DKIM1; h=sha1:sha256; s=email; t=y:s; n=uwagi; p={KEY}",
        f"v=DKIM1; h= sha256 ; s=*; x=later; p={KEY}",
        f"v=DKIM1; k=ed25519; p={ED25519}",
        "v=DKIM1; p=",
    ],
)
def test_a_key_that_can_be_read_has_no_fault(text):
    assert dkim.fault(text) is None


@pytest.mark.parametrize(
    ("text", "tag", "word"),
    [
        (f"p={KEY}; v=DKIM1", "dkim_version", "DKIM1"),
        (f"v=DKIM2; p={KEY}", "dkim_version", "DKIM2"),
        (f"v=dkim1; p={KEY}", "dkim_version", "dkim1"),
        ("v=spf1 -all", "dkim_version", "spf1 -all"),
        ("google-site-verification", "dkim_unread", "google-site-verification"),
        (f"v=DKIM1; p={KEY}; 1=x", "dkim_unread", "1=x"),
        (f"v=DKIM1; p=; p={KEY}", "dkim_tag_twice", "p"),
        ("", "dkim_no_key", "p="),
        (f"v=DKIM1; k=RSA; p={KEY}", "dkim_kind", "RSA"),
        (f"v=DKIM1; h=sha1; p={KEY}", "dkim_hash", "sha1"),
        (f"v=DKIM1; h=; p={KEY}", "dkim_hash", ""),
        (f"v=DKIM1; s=other; p={KEY}", "dkim_service", "other"),
        ("v=DKIM1; p=!AAA", "dkim_key", "!AAA"),
        ("v=DKIM1; p=AAAA", "dkim_key", "AAAA"),
        (f"v=DKIM1; p={KEY[:-5]}", "dkim_key", KEY[:-5]),
        (f"v=DKIM1; k=ed25519; p={KEY}", "dkim_key", KEY),
        (f"v=DKIM1; p={KEY};;", "dkim_empty_tag", ";;"),
        (f"; v=DKIM1; p={KEY}", "dkim_empty_tag", ";;"),
    ],
)
def test_a_fault_of_a_key_has_its_tag_and_its_word(text, tag, word):
    assert dkim.fault(text) == (tag, word)


def test_a_list_that_is_too_long_is_not_read():
    assert dkim.fault(f"v=DKIM1; p={'A' * LONGEST}") == ("dkim_unread", f"v=DKIM1; p={'A' * 29}")


@pytest.mark.parametrize(
    "text", ["v=DMARC1", "v=DMARC1;", "v=DMARC1; p=none", "V=DMARC1;p=none", " v=DMARC1"[1:], "v\t= DMARC1 ;p=none"]
)
def test_a_dmarc_text_begins_with_its_version(text):
    assert dmarc.is_dmarc(text)


@pytest.mark.parametrize(
    "text", ["", "v=DMARC10; p=none", "v=dmarc1; p=none", "v=DMARC1 p=none", " v=DMARC1", "p=none"]
)
def test_other_texts_are_no_dmarc(text):
    assert not dmarc.is_dmarc(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("v=DMARC1; p=none", None),
        ("v=DMARC1; p=REJECT; sp=none; rua=mailto:a@b.pl", None),
        ("v=DMARC1;p=none;;", None),
        ("v=DMARC1; sp=none; p=none", ("dmarc_order", "sp")),
        ("v=DMARC1; p=none; sp=none; sp=none", ("dmarc_tag_twice", "sp")),
        ("v=DMARC1", ("dmarc_no_policy", "p=")),
        ("v=DMARC1; p=", ("dmarc_no_policy", "p=")),
        ("v=DMARC1; p=none rua=mailto:a@b.pl", ("dmarc_no_policy", "p=none rua=mailto:a@b.pl")),
        ("v=DMARC1; P=none", ("dmarc_no_policy", "p=")),
    ],
)
def test_a_fault_of_a_dmarc_text_has_its_tag_and_its_word(text, fault):
    assert dmarc.fault(text) == fault


@pytest.mark.parametrize(
    ("before", "after", "weaker"),
    [
        ("p=reject", "p=quarantine", True),
        ("p=quarantine", "p=reject", False),
        ("p=reject", "p=reject; sp=none", True),
        ("p=reject; sp=none", "p=reject", False),
        ("p=reject", "p=reject; np=none", True),
        ("p=reject", "p=reject; t=y", True),
        ("p=reject; t=y", "p=quarantine", False),
        ("p=quarantine", "p=quarantine; pct=50", True),
        ("p=quarantine; pct=50", "p=quarantine", False),
        ("p=none", "p=none; pct=50", False),
        ("p=quarantine", "p=quarantine; pct=0", True),
        ("p=none", "p=none; rua=mailto:a@b.pl", False),
        ("p=none", "p=nothing", False),
        ("p=reject", "p=nothing", True),
    ],
)
def test_a_policy_may_be_weaker(before, after, weaker):
    assert dmarc.policy(f"v=DMARC1; {after}").weaker_than(dmarc.policy(f"v=DMARC1; {before}")) is weaker


@given(st.text("vkphst=;:DKIMARC1 \t\\ż/+", max_size=200))
def test_whatever_stands_there_is_read(text):
    read = read_tags(text)
    assert len(read.tags) + len(read.unread) <= text.count(";") + 1
    dkim.fault(text)
    dkim.meaning(text)
    dmarc.policy(f"v=DMARC1;{text}")
    dmarc.fault(f"v=DMARC1;{text}")
