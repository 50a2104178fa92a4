"""The old and the new zone as an SPF text asks them: hosts, MX, other texts."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.cutover.judging.mail_sets import MailSets, Values, mx_hosts
from core.cutover.judging.spf import is_spf
from core.dns.observation import ADDRESSES


@dataclass(frozen=True, slots=True)
class OldSide:
    """What is not in the old zone is known not to be there only where all of the zone is known."""

    sets: MailSets

    def addresses(self, host: str, type: str) -> Values | None:
        """Return the addresses of a host, None where they are not known."""
        found = self.sets.old_values(host, type)
        alias = self.sets.old_values(host, "CNAME")
        return found if found or (self._absent(host) and not alias) else None

    def mail_hosts(self, name: str) -> Values | None:
        """Return the hosts of the MX of a name, None where they are not known."""
        found = self.sets.old_values(name, "MX")
        return mx_hosts(found) if found or self._absent(name) else None

    def spf(self, name: str) -> str | None:
        """Return the SPF text of a name, None where there is not just one that is known."""
        return _one(self.sets.old_texts(name))

    def _absent(self, name: str) -> bool:
        return self.sets.in_zone(name) and self.sets.old.complete


@dataclass(frozen=True, slots=True)
class NewSide:
    """What the new servers agree upon; a host's addresses besides as they were looked up."""

    sets: MailSets

    def addresses(self, host: str, type: str) -> Values | None:
        """Return the addresses of a host, None where they are not known."""
        found = None
        if self.sets.in_zone(host) and not self.sets.new_alias(host):
            found = self.sets.new_values(host, type)
        if found is None and host in self.sets.hosts:
            found = tuple(one for one in self.sets.hosts[host] if (":" in one) == (type == "AAAA"))
        return found

    def mail_hosts(self, name: str) -> Values | None:
        """Return the hosts of the MX of a name, None where they are not known."""
        found = self.sets.new_values(name, "MX") if self.sets.in_zone(name) else None
        return None if found is None else mx_hosts(found)

    def spf(self, name: str) -> str | None:
        """Return the SPF text of a name, None where there is not just one that is known."""
        return _one(self.sets.new_texts(name) or ()) if self.sets.in_zone(name) else None


def mail_addresses(side: OldSide | NewSide, name: str) -> frozenset[str]:
    """Return the addresses of a name's MX hosts, those that are known."""
    hosts = side.mail_hosts(name) or ()
    return frozenset(one for host in hosts for type in ADDRESSES for one in side.addresses(host, type) or ())


def _one(texts: Iterable[str]) -> str | None:
    found = [text for text in texts if is_spf(text)]
    return found[0] if len(found) == 1 else None
