"""What looks like a password is refused with the reason; what only speaks of one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.ground.secrets import MASK, masked, refuse_secrets, secret_column, secret_header, secret_in, suspicion
from core.ground.settings import ROOT
from core.language import LANGUAGES


@pytest.mark.parametrize(
    "name",
    [
        "hasło", "Hasło FTP", "HASLO", "hasla", "haslo2", "ftp_haslo", "login i hasło", "password", "FTP password",
        "userPassword", "passwd", "passphrase", "pwd", "ftp pass", "PIN", "kod PIN", "token", "API token", "secret",
        "client_secret", "sekret", "authinfo", "AuthInfo", "auth info", "auth-code", "authcode", "EPP", "kod EPP",
        "klucz API", "klucz_api", "api key", "APIKey", "klucz prywatny", "private key", "dane logowania", "credentials",
        "kod autoryzacyjny", "dane do logowania", "ha\u200bsło",
    ],
)  # fmt: skip
def test_columns_of_secrets_are_known_by_name(name):
    assert secret_header(name) and secret_column(name, []) and secret_column(name, ["tak"])


@pytest.mark.parametrize(
    "name",
    [
        "opinia", "słowa kluczowe", "spinacz", "tokenizacja", "przepustka", "kompas", "klient", "domena", "login",
        "klucz", "klucz publiczny", "DKIM", "autor", "sekretariat", "spin", "passa", "bypass", "seppuku", "uwagi", "",
    ],
)  # fmt: skip
def test_only_whole_words_count(name):
    assert not secret_header(name) and not secret_column(name, ["hasło"])


@pytest.mark.parametrize(
    "name",
    [
        "hasło zmienione",
        "Hasło zmieniono",
        "zmiana hasła",
        "data zmiany hasła",
        "password changed",
        "czy zmieniono hasło",
    ],
)
def test_columns_on_changed_passwords_are_fine_while_they_say_when_or_whether(name):
    fine = [
        "",
        " ",
        "tak",
        "NIE",
        "yes",
        "12.11.2026",
        "2026-11-12",
        "12.11.2026 14:30",
        "tak, 12.11.2026 r.",
        "—",
        "1",
        "brak",
    ]
    assert not secret_header(name) and not secret_column(name, fine)
    for cell in ("Kot123!", "tak Kot123", "qwerty", "zmienione: qwerty"):
        assert secret_column(name, [*fine, cell])


SECRETS = {
    "haslo: kotek": "secret.label",
    "Hasło: Kot123!": "secret.label",
    "HASŁO = kotek": "secret.label",
    "hasło:kotek": "secret.label",
    "Hasło:\nQwerty12": "secret.label",
    "hasło ftp: kotek": "secret.label",
    "Hasło do bazy danych: kotek": "secret.label",
    "hasło (panel): kotek": "secret.label",
    "hasło jan@firma.pl: kotek": "secret.label",
    "hasło to Kot1234": "secret.label",
    "hasło to 123456": "secret.label",
    "hasło zmienione na Kot1234!": "secret.label",
    "Hasło: zmienione na Kot1234!": "secret.label",
    "hasło zmienione, nowe hasło: kotek": "secret.label",
    "password is hunter22": "secret.label",
    "The password was: hunter2": "secret.label",
    "pwd kot1234": "secret.label",
    "Hasło ftp - Kot1234": "secret.label",
    "hasło – Kot1234": "secret.label",
    "ｈａｓｌｏ：kotek": "secret.label",
    "Authorization token -> kotek": "secret.label",
    "pass: x": "secret.label",
    "ftpPass=x1": "secret.label",
    "DB_PASSWORD='kotek'": "secret.label",
    '{"password": "kotek"}': "secret.label",
    "**Hasło:** kotek": "secret.label",
    "PIN: 1234": "secret.label",
    "authinfo: aB3$xyz": "secret.label",
    "kod EPP = aB3xyz": "secret.label",
    "klucz API: 9f8e7d": "secret.label",
    "login: jan hasło: x": "secret.label",
    "login i hasło: jan / kotek": "secret.label",
    "user/pass: jan/kotek": "secret.label",
    "https://x.pl/reset?token=abc123": "secret.label",
    "hasło\u00a0: kotek": "secret.label",
    "ftp://jan:kotek@ftp.firma.pl": "secret.link",
    "Baza pod mysql://root:x@10.0.0.1/db, gotowa": "secret.link",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE": "secret.key",
    "-----BEGIN OPENSSH PRIVATE KEY-----": "secret.key",
    "-----BEGIN PRIVATE KEY-----": "secret.key",
    "klucz AKIAIOSFODNN7EXAMPLE": "secret.key",
    "ghp_" + "a1B2" * 9: "secret.key",
    "sk_live_" + "a1B2" * 6: "secret.key",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc": "secret.key",
    "ftp.firma.pl;jan;kotek": "secret.list",
    "ftp.firma.pl; jan; Kot1234": "secret.list",
    "10.0.0.1;21;jan;kotek": "secret.list",
    "ftp.firma.pl;firma.pl;kotek": "secret.list",
    "Dostęp ftp.firma.pl;jan;kotek od jutra": "secret.list",
    "ftp.firma.pl:jan:Kot1234": "secret.list",
}


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_refused_with_the_reason(text):
    assert secret_in(text).id == SECRETS[text]


HARMLESS = """
hasło zmienione
Klient zmieni hasło po migracji.
nie prosimy o hasło
hasło: zmienione 12.11.2026
hasło: zmieniono 2026-11-12 14:30, potwierdzone telefonicznie
Hasło: tak
hasło: brak
hasło: —
hasło: ***
hasło: w KeePass, dostęp ma Anna
Hasło: klient poda telefonicznie
hasło: przekazane SMS-em
hasło poda telefonicznie: 600 100 200
Hasło klient zna, kontakt: 600 100 200
Reset hasła: https://panel.firma.pl/reset
hasło do serwera s12.hosting.pl zmienione
hasło do panelu zmieni Anna, tel. 600100200
password to server2 changed
password: unchanged
The client will reset the password on 12/11/2026 at 10:00.
hasło Office365 bez zmian
bez hasła: klient loguje się kluczem
Klient ma hasło - migracja w piątek
hasła skrzynek: przeniesione razem z pocztą
reset hasła: wtorek
hasło jest ważne do 31.12.2026
hasło tymczasowe, 24h ważności
token: brak
Token OAuth2 odnowi klient.
EPP: nie
dane logowania: przesłane mailem przez klienta
Tokenizacja kart: Stripe, przepustka: portiernia, kompas: szkolenie
opinia: bardzo dobra
słowa kluczowe: buty, kozaki
Migracja w sobotę 14:00-16:30, potem test poczty (IMAP 993, SMTP 587).
Tel. +48 600 100 200, wew. 12; proszę dzwonić po 10:00
a.pl;b.pl;c.pl
sklep.pl; blog.pl; www.żółw.pl;
10.0.0.1;10.0.0.2;10.0.0.3
sklep.pl;10.0.0.1;10.0.0.2
v=spf1 include:_spf.example.pl ip4:10.0.0.1 ~all
DKIM: k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7+/x
selector1._domainkey.firma.pl: v=DKIM1; k=rsa; p=MIGfMA0GCSq
v=DMARC1; p=none; rua=mailto:dmarc@firma.pl
spf=pass dkim=pass dmarc=fail
google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ
firma.pl;MX;10
firma.pl;3600;A
firma.pl:MX:mail2.firma.pl
mx:10:mail.example.pl
2001:db8::1
2001:0db8:85a3:0000:0000:8a2e:0370:7334
::ffff:10.0.0.1
00:1A:2B:3C:4D:5E
16:9:1
8:00:00
C:\\Users\\jan\\Desktop\\strona
https://firma.pl:8080/panel
http://firma.pl:80/a@b
kontakt: jan@firma.pl, mailto:biuro@firma.pl
-----BEGIN PUBLIC KEY-----
-----BEGIN CERTIFICATE-----
SOA ns1.firma.pl. hostmaster.firma.pl. 2026111201 7200 3600 1209600 300
PHP 8.1 -> 8.3; WordPress 6.4; wtyczka WooCommerce 8.2.1
firma.pl; przeniesienie w piątek; klient poinformowany
Klient prosi o kontakt po 15:00, wcześniej jest na budowie.
Dzwonił pan Marek, potwierdza przenosiny na 12 grudnia.
Skrzynki: biuro@, kontakt@, faktury@ – razem 14 GB, największa 6,2 GB.
Sklep na PrestaShop 1.7.8.11, PHP 7.4; u nas minimum 8.1, trzeba zaktualizować!
WordPress 6.4.3 + WooCommerce 8.5.2, 32 wtyczki, motyw Divi 4.24
Stary hosting: home.pl, pakiet Business 2023, ważny do 31.01.2027
Numer zgłoszenia u nich: #4482913/2026
Ticket: HD-2026/11/0457, odpowiedź w ciągu 24h
DNS: ns1.stary.pl / ns2.stary.pl -> ns1.nasz.pl / ns2.nasz.pl
Baza MySQL 5.7, ok. 850 MB; kodowanie utf8mb4_unicode_ci
Baza danych: sklep_prod2, prefiks ps_, 412 tabel
Konto FTP klienta: wyłącza po migracji
Dostęp do panelu: klient zaloguje się sam w piątek o 10:00
Dostęp: uzgodniony telefonicznie 20.11.2026 / Anna
Panel: DirectAdmin 1.65, serwer s12.hosting.pl
Logowanie przez SSO Microsoft365, bez zmian
Login do panelu klient zna, nic nie przekazujemy.
SSH: port 2222, klucz publiczny dodany 21.11
FTP: ftp.firma.pl:21, tryb pasywny
IMAP: imap.firma.pl:993 / SMTP: smtp.firma.pl:465
Faktura FV/2026/11/0123 opłacona 18.11.2026
Zamówienie Z2026/118, klient K-20931
NIP 5252248481, REGON 012345678
Umowa nr U/2026/45 podpisana; aneks A1/2026 w drodze
Rozmiar katalogu domowego 23,5 GB/50 GB
Cron: */5 * * * * php /home/klient/public_html/artisan schedule:run
Node.js 18.19.0, pm2, port 3000 – niestandardowa konfiguracja
Redis + Elasticsearch 7.17; na VPS M
Certyfikat Let's Encrypt wygaśnie 2027-01-15, odnowi się u nas
SSL: RapidSSL 2026, klient ma klucz prywatny u siebie
TTL obniżony z 86400 na 300 dnia 19.11.2026 o 18:30
MX: 10 mx1.firma.pl, 20 mx2.firma.pl
SPF: v=spf1 a mx include:_spf.google.com -all
Przekierowania: /oferta2025 -> /oferta2026, /kontakt.html -> /kontakt
Klient testował 3x: ok / ok / błąd koszyka (poprawione)
Test 22.11: strona ok, poczta ok, sklep: nie działa BLIK!
Uwaga!!! Klient wraca z urlopu 2.12, nie dzwonić wcześniej!
UWAGA: migracja TYLKO w nocy 23:00-5:00 (sklep B2B)
Promocja Black2026! trwa do poniedziałku, nie ruszać sklepu
Kampania: Zima2026 startuje 1.12, termin dopiero potem
Kod rabatowy: MIGRACJA2026
Plik backup-2026-11-20_full.tar.gz wrzucony na s12
Kopia: backup_firma.pl_20261120.zip (4,3 GB), suma sha256: 9f86d081884c7d659a2feaa0c55ad015
Domena u OVH, transfer po migracji; klient sam poda kod
Rejestrator: nazwa.pl / konto klienta nr 4481220
Osoba: Ewa Nowak, tel. 601 234 567 / zastępca: Jan Kot 602345678
p. Krzysztof (IT): k.zielinski@agencja-web.pl, +48 22 123 45 67 wew. 14
Agencja: Pixel3D, robi stronę na Laravel10
Kontakt przez Teams: jan.kowalski2@firma.onmicrosoft.com
Klient: "hasło zmienię po wszystkim" – przypomnieć 5.12
Hasła do skrzynek bez zmian, klient uprzedzony
Zmiana hasła: klient potwierdził mailem 23.11.2026 09:14
Użytkownik: 12 skrzynek + 3 aliasy; limit: 20
User agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)
Outlook2019 u 8 osób, iPhone13 u 3, reszta Thunderbird115
Synchronizacja imapsync: 1. przebieg 20.11, 2. przebieg 21.11 – 0 błędów
Błąd: SQLSTATE[HY000] [1045] Access denied for user 'sklep'@'localhost'
Komunikat: 550 5.7.1 Relaying denied / 421 Too many connections
Stary serwer: Debian10, Apache2.4, MariaDB10.3
Pakiet: Firma -> Sklep od 01.12.2026, dopłata 48,52 zł netto
Zadanie dla Piotra/Oli: sprawdzić .htaccess i robots.txt!
Konto reklamowe: bez zmian / Konto bankowe: 12 1140 2004 0000 3002 0135 5387
login.firma.pl i panel.firma.pl to osobne vhosty
Login: admin w WordPressie zmieniony przez klienta 21.11
Panel / Strefa klienta: ticket #99812
konto: biuro / limit 10GB
użytkownik: anna.nowak / skrzynka 5GB
login / hasło: klient poda osobiście
klos / Kowalski – dwóch właścicieli
wersja: v2.4.1-beta3!
- faktura / FV2026-11
#12345 / Jan Kowalski
~Anna: zrobione 21.11.2026
> klient: ok, dziękuję!
""".strip().splitlines()


@pytest.mark.parametrize("text", HARMLESS)
def test_realistic_notes_are_not_refused(text):
    assert secret_in(text) is None


def test_a_whole_page_of_harmless_notes_is_harmless():
    assert secret_in("\n".join(HARMLESS)) is None


def test_a_label_without_its_value_does_not_take_the_next_lines():
    assert secret_in("Hasło:\nKontakt: Jan\nTermin: jutro") is None


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_the_refusal_says_why_and_never_what(language):
    for text in SECRETS:
        with pytest.raises(InputError) as refused:
            refuse_secrets("note", text)
        (error,) = refused.value.errors
        said = language.mistake(error) + repr(error) + str(refused.value) + repr(refused.value)
        assert (error.field, error.value, error.message.id) == ("note", "", "error.secret")
        assert text not in said and not any(
            value in said for value in ("kotek", "Kot12", "hunter", "Qwerty", "1234", "MIIE", "AKIA", "jan")
        )
        refuse_secrets("note", "hasło zmienione")


# -- a login with its password beside it


def cells(name):
    """Return the lines of a file in tests/data, each its parts: what is said of it, its header, the cell."""
    lines = (ROOT / "tests" / "data" / f"credentials_{name}.txt").read_text(encoding="utf-8").splitlines()
    parts = [[part.strip() for part in line.split("‖")] for line in lines if line and not line.startswith("#")]
    return [(*before, cell.replace("\\n", "\n")) for *before, cell in parts]


REFUSED, FINE = cells("refused"), cells("harmless")


def test_there_are_many_ways_to_write_a_login_and_more_that_are_none():
    assert len({cell for _, _, cell in REFUSED}) >= 60 and len({cell for _, cell in FINE}) >= 120


@pytest.mark.parametrize(("how", "header", "cell"), REFUSED)
def test_login_with_its_password_is_refused(how, header, cell):
    found = suspicion(cell, header)
    assert found is not None and ("sure" if found.sure else "shape") == how


@pytest.mark.parametrize(("header", "cell"), FINE)
def test_what_only_looks_a_little_like_one_is_not(header, cell):
    assert suspicion(cell, header) is None


@pytest.mark.parametrize("cell", [cell for how, _, cell in REFUSED if how == "shape"])
def test_header_about_access_makes_a_shape_sure(cell):
    for header in ("dostęp", "Dostęp FTP", "logowanie", "Panel", "ftp", "SSH", "baza danych", "WP"):
        assert suspicion(cell, header).sure


def test_no_header_refuses_what_has_no_password_in_it():
    for header in ("dostęp", "logowanie", "panel", "ftp", "ssh", "baza", "WP"):
        assert not [cell for cell in ("uzgodniony", "cPanel", "ftp.x.example", "Anna / Piotr", "w trakcie 12/24",
            "12/03/2026", "14:30", "601 234 567 / 22 123 45 67", "2001:db8::1") if suspicion(cell, header)]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_refusal_of_a_shape_says_what_to_do_and_never_what_it_saw(language):
    for how, header, cell in REFUSED:
        with pytest.raises(InputError) as refused:
            refuse_secrets("note", cell, header)
        (error,) = refused.value.errors
        assert error.message.id in ("error.secret", *(["error.secret_typed"] if how == "shape" else []))
        said = language.mistake(error) + repr(error) + str(refused.value)
        assert not [word for word in cell.split() if len(word) > 6 and word in said and word not in ("hasło",)]


def test_line_that_is_left_out_is_shown_without_what_looks_like_a_secret():
    assert masked(("Zestawienie", "klos / Zima2026!", "hasło: kotek", "klos", "Zima2026!", "12/03/2026")) == (
        "Zestawienie", MASK, MASK, "klos", MASK, "12/03/2026"
    )  # fmt: skip
    assert masked(()) == ()


@given(st.sampled_from([cell for _, _, cell in REFUSED if "\n" not in cell]), st.sampled_from(FINE))
def test_what_stands_in_other_lines_hides_no_login(cell, fine):
    assert secret_in(f"{fine[1]}\n{cell}\n{fine[1]}", "dostęp")


@given(st.text(alphabet="ab1 \n", min_size=0, max_size=40), st.text(alphabet="ab1 ,\n", max_size=40))
def test_what_stands_around_a_secret_does_not_hide_it(before, after):
    assert secret_in(f"{before} hasło: Xk7%pq {after}")
    assert secret_in(f"{before} ftp://u:p@h {after}")


@given(st.text())
def test_any_text_can_be_asked_about(text):
    secret_in(text)
    secret_header(text)
    secret_column(f"zmiana hasła {text}", [text])
    suspicion(text, "dostęp")
    masked([text, text])


PARTS = st.sampled_from(
    [
        "hasło", "PIN", "pin", "1234", "klos", "Zima2026!", "Zima2026", "admin", "root", "a.pl", "1.1.1.1",
        "p:", "user:", "token", "jest", "eyJabcde", "eyJabcde.eyJab", "AKIAABCDEFGHIJKLMNOP", ":", ";", "/",
        "-", "=", ",", ".", "2026-01-01", "12:30", "Kowalski", "Łódź", "login", "kotek123",
        "Z-12", "z-123456", "sklep12345.example",
    ]
)  # fmt: skip


@given(st.lists(PARTS, min_size=1, max_size=4), st.sampled_from(["", " ", ".", ". "]), st.sampled_from(["", "dostęp"]))
def test_no_cell_that_is_passed_over_at_the_first_look_holds_what_a_closer_one_finds(parts, between, header):
    text = between.join(parts)
    # White space behind a text means nothing, and with two of it there is always the closer look.
    assert suspicion(text, header) == suspicion(f"{text}  ", header)


@pytest.mark.parametrize("before", ['="', "'", "- ", "* ", "• ", "•", "=", "> ", ">", "#", "+", "@", "(", '="("'])
@pytest.mark.parametrize("pair", ["klos / Zima2026!", "admin:Qwerty12#"])
def test_what_stands_before_a_login_does_not_hide_it(before, pair):
    assert secret_in(before + pair + before[:0:-1].strip("=")) is not None
