"""What a verdict finds: tags, each about a server or about all of them; how grave each is stands in a data file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from core.dns.observation import Server
from core.ground.messages import Message
from core.ground.severity import Severity
from core.ground.text_limits import LINE
from core.ground.validation import mistake, read_toml

NAME = "data/dns_findings.toml"

Tag = Literal[
    "parent_unreachable",
    "not_delegated",
    "delegation_not_switched",
    "parent_disagrees",
    "glue_missing",
    "glue_partly_missing",
    "glue_disagrees",
    "ds_disagrees",
    "single_server",
    "one_address",
    "ns_alias",
    "ns_partly_alias",
    "ns_without_address",
    "ns_partly_without_address",
    "apex_alias",
    "ds_without_key",
    "ds_key_does_not_sign",
    "ds_algorithm_unused",
    "signature_expired",
    "signature_not_yet",
    "signature_wrong",
    "signature_without_key",
    "signature_missing",
    "denial_unsigned",
    "signature_expires",
    "signatures_unchecked",
    "ds_cached",
    "not_asked",
    "unreachable",
    "refused",
    "lame",
    "not_authoritative",
    "question_failed",
    "answers_change",
    "servers_differ",
    "alias_ends_differ",
    "serial_differs",
    "ns_mismatch_parent_child",
    "ns_set_differs",
    "glue_differs",
    "glue_unserved",
    "address_unserved",
    "record_differs",
    "truncated_without_tcp",
    "tcp_fails",
    "no_edns",
    "udp_fails",
    "old_servers_dead",
    "old_servers_refuse",
    "old_servers_serve_old",
    "old_servers_serve_new",
    "old_servers_over",
    "old_servers_feed",
    "old_servers_feed_on",
    "ttl_unknown",
    "bound_after_36h",
    "bogus",
    "resolver_still_old",
    "resolver_keeps_old",
    "resolver_fails",
    "resolver_denies",
    "resolver_unsure",
    "alias_loop",
    "alias_to_nowhere",
    "spf_twice",
    "dmarc_twice",
    "zone_below",
    "old_servers_needed",
    "set_aside",
    "nobody_left",
    "stale_answer",
    "rising_ttl",
    "asked_otherwise",
    "no_ipv6",
]
TAGS: tuple[Tag, ...] = get_args(Tag)
"""Every tag, in the order in which findings are told."""


HOLDS_BACK = frozenset[Tag](
    {
        *(
            "not_delegated",
            "glue_missing",
            "ns_alias",
            "ns_without_address",
            "apex_alias",
            "glue_unserved",
            "address_unserved",
            "ds_without_key",
            "ds_key_does_not_sign",
            "signature_expired",
            "signature_not_yet",
            "signature_wrong",
            "signature_without_key",
            "signature_missing",
            "denial_unsigned",
            "unreachable",
            "refused",
            "lame",
            "not_authoritative",
            "question_failed",
            "servers_differ",
            "alias_ends_differ",
        ),
        *("record_differs", "truncated_without_tcp", "bogus", "alias_loop", "alias_to_nowhere"),
        *("spf_twice", "dmarc_twice", "nobody_left"),
        *("resolver_still_old", "resolver_keeps_old", "resolver_fails", "resolver_denies", "resolver_unsure"),
    }
)
"""Findings beside which nothing is called propagated: somebody gets no answer or a wrong one, or may. Whatever is told
as an error is one of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, about `server` where it is about one; `values` for its text."""

    tag: Tag
    server: Server | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """The finding in words."""
        return Message(f"dns.finding.{self.tag}", self._values)

    @property
    def todo(self) -> Message:
        """What is to be done about it, in words for whoever owns the domain."""
        return Message(f"dns.finding.{self.tag}.todo", self._values)

    @property
    def _values(self) -> Mapping[str, object]:
        server = self.server
        name = (server.name or server.operator) if server else ""
        who = f"{name} ({server.address})" if server and name else server.address if server else ""
        return {"server": who, **{name: _told(value) for name, value in self.values.items()}}


def _told(value: object) -> object:
    """Return a value for a sentence: of what a hostile server made long both ends."""
    if isinstance(value, str) and len(value) > LINE:
        return f"{value[: LINE // 2]} … {value[-LINE // 4 :]}"
    return value


class Severities(BaseModel):
    """data/dns_findings.toml: how grave each tag is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    severity: dict[Tag, Severity]

    @model_validator(mode="after")
    def _all(self) -> Self:
        if missing := [tag for tag in TAGS if tag not in self.severity]:
            raise mistake("error.dns_severity_missing", found=", ".join(missing))
        # An error beside "propagated" would make one of them a lie.
        if beside := [tag for tag in TAGS if self.severity[tag] == "error" and tag not in HOLDS_BACK]:
            raise mistake("error.dns_severity_error", found=", ".join(beside))
        return self

    def of(self, finding: Finding) -> Severity:
        """Return how grave a finding is."""
        return self.severity[finding.tag]


def parse_severities(text: str) -> Severities:
    """Return the severities written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, Severities, NAME)
