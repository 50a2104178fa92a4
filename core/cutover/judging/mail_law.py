"""What the mail's law says of the new zone: SPF, DKIM, DMARC, MX and what stands beside them."""

from collections.abc import Mapping, Sequence

from core.cutover.finding import Finding
from core.cutover.judging.dkim_law import dkim_findings
from core.cutover.judging.dmarc_law import dmarc_findings
from core.cutover.judging.mail_sets import mail_sets
from core.cutover.judging.mx_law import mx_findings
from core.cutover.judging.policy_law import policy_findings
from core.cutover.judging.spf_law import spf_findings
from core.cutover.result import Compared
from core.cutover.zones import NewZone, OldZone

_LAWS = (mx_findings, spf_findings, dkim_findings, dmarc_findings, policy_findings)


def find(
    old: OldZone,
    new: NewZone,
    compared: Sequence[Compared],
    mapping: Mapping[str, str],
    mail_hosts: Mapping[str, tuple[str, ...]],
) -> list[Finding]:
    """Return what is found; every set of the mail's that is lost or differs is in one finding, or says the same.

    `mapping`: old address -> new address; `mail_hosts`: MX host -> its addresses as the new zone or the world gives
    them, () where it has none; a host that is not in it could not be looked up.
    """
    sets = mail_sets(old, new, compared, mapping, mail_hosts)
    return [finding for law in _LAWS for finding in law(sets)]
