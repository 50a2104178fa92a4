"""What else of the mail may get lost: MTA-STS, reports on TLS, BIMI, and whatever text stands at such a name."""

from core.cutover.finding import Finding
from core.cutover.judging.dkim_law import is_selector
from core.cutover.judging.dmarc_law import is_policy
from core.cutover.judging.mail_sets import MailSets, brief, is_mails_name, mx_hosts
from core.cutover.judging.named_sets import TEXT_OR_ALIAS, named_set

_LOST = (
    ("_mta-sts.", "mta_sts_lost"),
    ("_smtp._tls.", "tls_reports_lost"),
    ("._bimi.", "bimi_lost"),
)


def policy_findings(sets: MailSets) -> list[Finding]:
    """Return what is found at names of the mail that are neither a DKIM selector nor a DMARC policy."""
    names = [name for name in sets.names(*TEXT_OR_ALIAS) if is_mails_name(name)]
    names = [name for name in names if not is_selector(name) and not is_policy(name)]
    return [finding for name in names if (finding := _of(sets, name))]


def _of(sets: MailSets, name: str) -> Finding | None:
    here = named_set(sets, name)
    values = {"old": brief(here.was), "new": brief(here.is_now)}
    if here.state == "lost":
        tag = next((tag for part, tag in _LOST if part in f".{name}" and _starts(name, part)), "mail_text_lost")
        return Finding(tag, name, values)
    if here.state == "differs":
        return Finding("mail_text_differs", name, values)
    domain = name.removeprefix("_mta-sts.")
    # RFC 8461 s. 3.1: a new id says that the policy, which names the MX, is to be fetched anew.
    if here.state == "same" and domain != name and _other_hosts(sets, domain):
        return Finding("mta_sts_same", name, values)
    return None


def _starts(name: str, part: str) -> bool:
    return part.startswith(".") or name.startswith(part)


def _other_hosts(sets: MailSets, name: str) -> bool:
    old, new = mx_hosts(sets.old_values(name, "MX")), mx_hosts(sets.new_values(name, "MX") or ())
    return bool(old and new) and set(old) != set(new)
