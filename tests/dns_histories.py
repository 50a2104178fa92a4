"""Any history of a change: what may have been seen, in whatever order, of whichever change."""

from dataclasses import replace

from hypothesis import strategies as st

from core.dns.change import Aside
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    EDIT,
    NEW,
    NEW_NAMES,
    OLD,
    OLD_NAMES,
    PARENTS,
    RESOLVERS,
    SWITCH,
    at,
    consistent,
    failed,
    refers,
    said,
)

MOMENTS = st.integers(-400, 400)
SIGHTS = st.one_of(
    st.builds(refers, st.sampled_from(PARENTS), st.sampled_from([NEW_NAMES, OLD_NAMES, ()]), MOMENTS),
    st.builds(
        lambda server, values, seconds: said(server, "A", values, seconds),
        st.sampled_from([*NEW, OLD, *RESOLVERS]),
        st.sampled_from([A_NEW, A_OLD, ()]),
        MOMENTS,
    ),
    st.builds(
        lambda server, rcode, seconds: said(server, "A", (), seconds, rcode=rcode),
        st.sampled_from([*NEW, OLD, *RESOLVERS]),
        st.sampled_from(["NXDOMAIN", "SERVFAIL", "REFUSED"]),
        MOMENTS,
    ),
    st.builds(failed, st.sampled_from([*PARENTS, *NEW, OLD, *RESOLVERS]), st.sampled_from(["A", "NS"]), MOMENTS),
)
HISTORIES = st.lists(SIGHTS, max_size=12).flatmap(
    lambda sights: st.sampled_from([sights, [*consistent(-400), *sights], [*sights, *consistent(401)]])
)
CHANGES = st.sampled_from(
    [
        *(SWITCH, EDIT, replace(SWITCH, switched_at=at(-100)), replace(EDIT, switched_at=at(5))),
        replace(SWITCH, aside=(Aside("one", "powód"),)),
    ]
)
SWITCHES = st.sampled_from([SWITCH, replace(SWITCH, switched_at=at(-100))])
RANK = {"unknown": 0, "unpublished": 0, "published": 1, "consistent": 2, "expired": 3, "observed": 4}
TTLS = st.integers(0, 3000)
