"""The tables: what stands now (migration, domain, check_item, note), all that ever happened (event), quotes, watches.

Everything that stands now follows from the events (`core.migration.rebuilding.rebuild`); it is kept beside them to be
asked for quickly. The triggers that keep events from being changed are in `schema/versions`.
"""

import datetime as dt
from typing import Literal

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[dt.datetime]):
    """A moment in UTC: aware in Python, without a zone in SQLite, with one in PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Refuse a moment without a zone: nobody could say when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


JSON = sa.JSON(none_as_null=True)

Erasure = Literal["erased", "blanked", "quote", "base", "watch"]
"""Whole migrations, texts in events, a quote, rows of a base or watches (as many as it says `events`)."""

epoch = sa.Table(
    "epoch",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("token", sa.Text, nullable=False),
    # When the command `restore` began it; None where nothing was restored.
    sa.Column("restored_at", Moment),
    sa.CheckConstraint("id = 1", name="one_row"),
)

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("erased_at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("migrations", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    # The highest number among refs of our own until then: none of them comes back.
    sa.Column("highest_ref", sa.Integer, nullable=False),
    # An Erasure.
    sa.Column("kind", sa.Text, nullable=False, server_default="erased"),
    sa.CheckConstraint("reason <> ''", name="reason"),
    sqlite_autoincrement=True,
)

migration = sa.Table(
    "migration",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("ref", sa.Text, nullable=False, unique=True),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("source_host", sa.Text, nullable=False),
    sa.Column("target_host", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("deputy", sa.Text, nullable=False),
    sa.Column("contact_name", sa.Text, nullable=False),
    sa.Column("contact_phone", sa.Text, nullable=False),
    # Why there is no telephone.
    sa.Column("no_phone", sa.Text, nullable=False, server_default=""),
    sa.Column("nonstandard", sa.Text, nullable=False),
    # What the client handed over: names with sizes in MB; NULL where they have not yet.
    sa.Column("mail_accounts", JSON),
    sa.Column("site_list", JSON),
    # What else a panel's archive says that was taken over; NULL where none was.
    sa.Column("inventory", JSON),
    sa.Column("fee_applies", sa.Boolean, nullable=False),
    sa.Column("planned_at", Moment),
    sa.Column("old_hosting_until", sa.Date),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("waiting_on", sa.Text, nullable=False),
    sa.Column("hold", JSON),
    sa.Column("held", JSON, nullable=False),
    sa.Column("cancelled", JSON),
    sa.Column("sample", sa.Boolean, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("import_key", sa.Text, nullable=False),
    sa.Column("entered", JSON, nullable=False),
    sa.Column("edited", JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    # Set while it is being erased: only then do the triggers let its events go, or texts in them be blanked.
    sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasure.id")),
    sqlite_autoincrement=True,
)

domain = sa.Table(
    "domain",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("migration_id", sa.Integer, sa.ForeignKey("migration.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("display", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("mailboxes", sa.Integer),
    sa.Column("websites", sa.Integer),
    sa.Column("old_ns", sa.Text, nullable=False),
    sa.Column("new_ns", sa.Text, nullable=False),
    sa.Column("old_addresses", sa.Text, nullable=False),
    sa.Column("new_addresses", sa.Text, nullable=False),
    sa.Column("registered_until", sa.Date),
    sa.Column("tested_at", Moment),
    sa.Column("test_unrecorded", sa.Boolean, nullable=False),
    # The last look before the switch; NULL where there was none.
    sa.Column("cutover", JSON),
    sa.Column("dns_switched_at", Moment),
    sa.Column("visible_at", Moment),
    sa.Column("extra", JSON, nullable=False),
    sa.Column("entered", JSON, nullable=False),
    sa.Column("edited", JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("migration_id", "name"),
    sa.CheckConstraint("step NOT IN ('dns', 'visible') OR tested_at IS NOT NULL OR test_unrecorded", name="tested"),
    sa.CheckConstraint("NOT test_unrecorded OR step = 'visible'", name="unrecorded"),
    sa.Index("ix_domain_name", "name"),
    sqlite_autoincrement=True,
)

import_batch = sa.Table(
    "import_batch",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("encoding", sa.Text, nullable=False),
    sa.Column("delimiter", sa.Text, nullable=False),
    sa.Column("header_key", sa.Text, nullable=False, index=True),
    sa.Column("mapping", JSON, nullable=False),
    sa.Column("counts", JSON, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("applied_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

import_row = sa.Table(
    "import_row",
    metadata,
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("import_batch.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("outcome", sa.Text, nullable=False),
    # Columns and message ids, never a value: it may be anything at all.
    sa.Column("errors", JSON, nullable=False),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("migration_id", sa.Integer, sa.ForeignKey("migration.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("domain", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("old", JSON),
    sa.Column("new", JSON),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("forced", sa.Boolean, nullable=False),
    sa.Column("occurred_at", Moment),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("import_batch.id")),
    sa.UniqueConstraint("migration_id", "seq"),
    sa.CheckConstraint("actor <> ''", name="actor"),
    sqlite_autoincrement=True,
)

check_item = sa.Table(
    "check_item",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("migration_id", sa.Integer, sa.ForeignKey("migration.id"), nullable=False, index=True),
    sa.Column("domain", sa.Text),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

note = sa.Table(
    "note",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("migration_id", sa.Integer, sa.ForeignKey("migration.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("written_at", Moment),
    sqlite_autoincrement=True,
)

# -- quotes that were saved (core.quotes)

quote_tariff = sa.Table(
    "quote_tariff",
    metadata,
    # A tariff's version with its fingerprint: what quotes were priced from, kept once.
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("content", JSON, nullable=False),
)

quote_series = sa.Table(
    "quote_series",
    metadata,
    # The highest number given in a year: a number never comes back, whatever is erased.
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)

quote = sa.Table(
    "quote",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("customer", JSON, nullable=False),
    # Number, client, NIP and subscription without case and accents, to be searched.
    sa.Column("folded", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    # The whole input: the form's texts, the ways that are offered, what is charged outside the rules.
    sa.Column("texts", JSON, nullable=False),
    sa.Column("offered", JSON, nullable=False),
    sa.Column("extras", JSON, nullable=False),
    sa.Column("tariff", sa.Text, sa.ForeignKey("quote_tariff.version"), nullable=False),
    # What it came to, way by way, in grosze.
    sa.Column("amounts", JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("state_at", Moment, nullable=False),
    sa.Column("chosen", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("migration_id", sa.Integer, sa.ForeignKey("migration.id"), index=True),
    sa.Column("subscription", sa.Text, nullable=False, index=True),
    sa.Column("replaces_id", sa.Integer, sa.ForeignKey("quote.id"), unique=True),
    # Set while it is being erased: only then does the trigger let its events go.
    sa.Column("erasing", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

quote_event = sa.Table(
    "quote_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("quote_id", sa.Integer, sa.ForeignKey("quote.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    # Of a kind: the way that was accepted, the ref of a migration, the number of another quote.
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.UniqueConstraint("quote_id", "seq"),
    sa.CheckConstraint("actor <> ''", name="actor"),
    sqlite_autoincrement=True,
)

# -- the base of subscriptions that a manager had kept (core.quotes.subscription_base)

base = sa.Table(
    "base",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("kept_at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("base_id", sa.Integer, sa.ForeignKey("base.id"), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("folded_number", sa.Text, nullable=False, index=True),
    sa.Column("folded_client", sa.Text, nullable=False, index=True),
    sa.Column("package", sa.Text, nullable=False),
    sa.Column("term_start", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    # The day the service began, from which months are counted; None where the file says none.
    sa.Column("service_start", sa.Date),
    # Grosze net for the running term; None: the list price.
    sa.Column("price_net", sa.BigInteger),
    sa.Column("domains", sa.Integer, nullable=False),
    sa.Column("mailboxes", sa.Integer, nullable=False),
    # Thousandths of a GB.
    sa.Column("disk", sa.BigInteger, nullable=False),
)

subscription_domain = sa.Table(
    "subscription_domain",
    metadata,
    sa.Column("subscription_id", sa.Integer, sa.ForeignKey("subscription.id"), primary_key=True),
    # As in the DNS: lower case, A-labels.
    sa.Column("name", sa.Text, primary_key=True, index=True),
)

# -- watches (core.watch)

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # ASCII, and as people write it.
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("display", sa.Text, nullable=False),
    # NULL: it stands alone, as somebody began it by hand.
    sa.Column("migration_id", sa.Integer, sa.ForeignKey("migration.id"), index=True),
    sa.Column("begun_by", sa.Text, nullable=False),
    sa.Column("begun_at", Moment, nullable=False),
    # What was told of the change: the texts of a form of a check (core.dns.asked.FIELDS).
    sa.Column("form", JSON, nullable=False),
    sa.Column("planned_at", Moment),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("phase_since", Moment, nullable=False),
    # NULL once it has ended.
    sa.Column("next_at", Moment, index=True),
    sa.Column("looked_at", Moment),
    # Since when no round has brought an answer.
    sa.Column("blind_since", Moment),
    sa.Column("rounds", sa.Integer, nullable=False),
    # What the last round said, in short (core.watch.sight), and what was heard in all that still counts.
    sa.Column("sight", JSON),
    sa.Column("heard", sa.LargeBinary),
    # What has come true of it, how often, and what was told: core.watch.watch.Watch.marks.
    sa.Column("marks", JSON, nullable=False),
    # Who has taken note of what is wrong; NULL again once it is better.
    sa.Column("acknowledged", JSON),
    sa.Column("ended_at", Moment),
    sa.Column("end", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_watch_name", "name"),
    sqlite_autoincrement=True,
)

watch_round = sa.Table(
    "watch_round",
    metadata,
    # A round that said something else than the one before it.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("watch_id", sa.Integer, sa.ForeignKey("watch.id"), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("sight", JSON, nullable=False),
    # The transitions it brought: kinds with when each happened, where that is known.
    sa.Column("transitions", JSON, nullable=False),
    sqlite_autoincrement=True,
)

watch_lease = sa.Table(
    "watch_lease",
    metadata,
    # Who looks, until when, and the number that every change of holder makes greater.
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)

asker = sa.Table(
    "asker",
    metadata,
    # A process of the desk that asks resolvers, and until when it counts as one.
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("until", Moment, nullable=False),
)

# -- notices (core.notices): an outbox

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("watch_id", sa.Integer, sa.ForeignKey("watch.id"), nullable=False),
    # A kind of transition and which time it came true: "old_again.2".
    sa.Column("transition", sa.Text, nullable=False),
    # Somebody's id in data/team.toml, or one of core.notices.recipients.WAYS.
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    # What there is to say: plain JSON, put into words when it is sent.
    sa.Column("told", JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    # The life of the database it was written in: after a restore nobody knows what was sent since.
    sa.Column("epoch", sa.Text, nullable=False),
    # waiting | claimed | handing_over | sent | failed | withheld | acknowledged
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.Text, nullable=False),
    sa.Column("claimed_until", Moment),
    sa.Column("sent_at", Moment),
    # One message may carry several notices (the morning's digest): what it was sent as.
    sa.Column("message_id", sa.Text, nullable=False),
    # Why it failed last, a text id with values, and whether it may have come twice; NULL where neither is so.
    sa.Column("trouble", JSON),
    sa.UniqueConstraint("watch_id", "transition", "recipient"),
    # Most have been sent long ago; each few seconds it is asked which have not.
    sa.Index("ix_notice_state", "state", "due_at"),
    sqlite_autoincrement=True,
)
