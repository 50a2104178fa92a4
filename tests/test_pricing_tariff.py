"""The tariff file: what is in force when, and every mistake with its key."""

import datetime as dt

import pytest

from core import datafiles
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.pricing import calendar
from core.pricing.tariff import parse_tariff
from tests.conftest import EASY

TEXT = EASY.read_text(encoding="utf-8")


def on(tariff, day):
    return tariff.on(calendar.number(dt.date.fromisoformat(day)))


def test_list_valid_on_a_day_is_the_latest_that_has_begun(tariff):
    assert on(tariff, "2026-12-31").price_list.valid_from == dt.date(2020, 1, 1)
    assert on(tariff, "2027-01-01").price_list.valid_from == dt.date(2027, 1, 1)
    with pytest.raises(KeyError):
        on(tariff, "2019-12-31")


def test_order_in_the_file_does_not_matter():
    blocks = TEXT.split("[[price_lists]]")
    later = "[[price_lists]]" + blocks[2].split("[[migration_fees]]")[0]
    shuffled = TEXT.replace(later, "").replace("[[packages]]", later + "[[packages]]", 1)
    assert parse_tariff(shuffled).price_lists[-1].valid_from == dt.date(2027, 1, 1)


def test_version_changes_with_every_edit_but_not_with_a_comment(tariff):
    assert parse_tariff(TEXT + "\n# a remark").version == tariff.version
    assert parse_tariff(TEXT.replace("730.00", "731.00")).version != tariff.version


def test_migration_fees_are_data(tariff):
    dearer = parse_tariff(TEXT.replace('net = "195.00"', 'net = "200.00"'))
    assert on(dearer, "2025-07-01").migration_fee(8) == 20000


def test_tariff_that_ships_says_it_is_a_sample_and_has_a_past_list():
    shipped = datafiles.tariff()
    assert shipped.file.samples and len(shipped.price_lists) >= 2
    groups = [package.group for package in shipped.packages]
    assert (groups.count("shared"), groups.count("vps")) == (4, 3)


MISTAKES = [
    ('version = "easy"', "", "version", "error.missing"),
    ('version = "easy"', "versoin = 1", "versoin", "error.unknown_key"),
    ('id = "plus"', 'id = "basic"', "packages.0.id", "error.repeated"),
    ('group = "vps"', 'group = "cloud"', "packages.3.group", "error.one_of"),
    ("rank = 2", "rank = 1", "packages.0.rank", "error.repeated"),
    ("mailboxes = 10", "mailboxes = -10", "packages.0.mailboxes", "error.at_least"),
    ("mailboxes = 10", 'mailboxes = "ten"', "packages.0.mailboxes", "error.whole_number"),
    ("valid_from = 2027-01-01", 'valid_from = "2027-01-01"', "price_lists.1.valid_from", "error.date"),
    ("valid_from = 2027-01-01", "valid_from = 2020-01-01", "price_lists.0.valid_from", "error.repeated"),
    ('12 = "1095.00"', "12 = 1095.00", "price_lists.0.prices_net.pro.12", "error.amount_as_text"),
    ('12 = "1095.00"', '12 = "-1"', "price_lists.0.prices_net.pro.12", "error.amount"),
    ('12 = "1095.00"', '24 = "1095.00"', "price_lists.0.prices_net.pro", "error.no_default_period"),
    ('pro = { 12 = "1095.00"', 'por = { 12 = "1095.00"', "price_lists.0.prices_net.por", "error.one_of"),
    ("from = 6", "from = 2", "migration_fees.0.tiers.2.from", "error.tier_order"),
    ("{ from = 1, ", "{ from = 3, ", "migration_fees.0.tiers.0.from", "error.tier_order"),
    ('"A2"', '"A9"', "migration_fees.0.tiers.4.shared_with_previous", "error.one_of"),
    ('percent = "23"', 'percent = "230"', "vat.0.percent", "error.at_most"),
    ("valid_from = 2019-01-01", "valid_from = 2021-01-01", "vat.0.valid_from", "error.starts_late"),
    ("window_days = 14", "window_days = -1", "terms.0.window_days", "error.at_least"),
    ("window_days = 14", "", "terms.0.window_days", "error.missing"),
    ('A1 = "renewal"', 'A1 = "both"', "readings.0.A1", "error.one_of"),
    ('A1 = "renewal"', "", "readings.0.A1", "error.missing_one_of"),
    ('A1 = "renewal"', 'A1 = "renewal"\nA8 = "x"', "readings.0.A8", "error.one_of"),
    ("[[vat]]", "[[vat", "tariff", "error.toml"),
    ('version = "easy"', 'version = "easy"\n"{x}" = 1', "{x}", "error.unknown_key"),
    ('12 = "1095.00"', f'12 = "{"9" * 40}"', "price_lists.0.prices_net.pro.12", "error.amount"),
]


@pytest.mark.parametrize(("right", "wrong", "key", "message"), MISTAKES)
def test_mistake_is_refused_with_its_key_and_what_is_allowed(right, wrong, key, message):
    assert right in TEXT
    with pytest.raises(InputError) as caught:
        parse_tariff(TEXT.replace(right, wrong, 1))
    found = {error.field.replace(".[key]", ""): error for error in caught.value.errors}
    assert key in found, found
    assert found[key].message.id == message
    for language in (POLISH, ENGLISH):
        assert "error." not in language.mistake(found[key])


def test_all_mistakes_come_at_once():
    text = TEXT.replace('A1 = "renewal"', 'A1 = "both"').replace("from = 6", "from = 2")
    with pytest.raises(InputError) as caught:
        parse_tariff(text)
    assert len(caught.value.errors) == 2


def test_missing_file_is_told_by_its_setting(tmp_path):
    with pytest.raises(InputError) as caught:
        datafiles.read_tariff(tmp_path / "none.toml")
    assert caught.value.errors[0].field == "TARIFF_FILE"


def test_edited_file_is_read_again(tmp_path):
    path = tmp_path / "tariff.toml"
    path.write_text(TEXT, encoding="utf-8")
    before = datafiles.read_tariff(path)
    assert datafiles.read_tariff(path) is before
    path.write_text(TEXT.replace("easy", "newer"), encoding="utf-8")
    assert datafiles.read_tariff(path).version.startswith("newer-")
