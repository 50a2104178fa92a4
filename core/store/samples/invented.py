"""Who the clients are: nobody. Names ending in .example are nobody's (RFC 2606), nor are the addresses (RFC 5737)."""

FIRMS = (
    ("Piekarnia Trzy Bułki", "trzy-bulki"),
    ("Księgarnia Żółw", "żółw-książki"),
    ("Warsztat Pod Dzięciołem", "pod-dzieciolem"),
    ("Stolarnia Heblik", "heblik"),
    ("Kwiaciarnia Chaber i Mak", "chaber-i-mak"),
    ("Biuro Rachunkowe Saldo Plus", "saldo-plus-biuro"),
    ("Sklep Żeglarski Halsówka", "halsówka"),
    ("Gabinet Ząbek", "gabinet-ząbek"),
    ("Pracownia Ceramiki Gliniak", "gliniak"),
    ("Szkoła Językowa Papuga", "papuga-kursy"),
    ("Pensjonat Świerkowa Polana", "świerkowa-polana"),
    ("Auto Serwis Zębatka", "zebatka"),
    ("Drukarnia Farba Drukarska", "farba-druk"),
    ("Hodowla Ślimaków Rożek", "slimaki-rozek"),
    ("Kancelaria Paragraf i Wspólnicy", "paragraf-wspolnicy"),
    ("Zespół Weselny Oczepiny", "oczepiny"),
    ("Hurtownia Guzików Pętelka", "petelka"),
    ("Gospodarstwo Miodosytnia", "miodosytnia"),
    ("Studio Fotografii Migawka", "migawka-studio"),
    ("Fundacja Łapa w Łapę", "łapa-w-łapę"),
    ("Meble Kuchenne Taboret", "taboret"),
    ("Klub Szachowy Goniec", "goniec-szachy"),
    ("Lodziarnia Bałwanek", "balwanek"),
    ("Usługi Koparką Krecik", "krecik-koparki"),
    ("Optyk Dioptria", "dioptria"),
    ("Zakład Zegarmistrzowski Kukułka", "kukulka-zegary"),
    ("Szkółka Drzew Jarzębina", "jarzebina"),
    ("Wypożyczalnia Kajaków Pluskot", "pluskot"),
    ("Pasmanteria Igła", "igla-i-nitka"),
    ("Palarnia Kawy Ziarenko", "ziarenko"),
    ("Teatr Lalek Patyk", "teatr-patyk"),
    ("Sad u Gruszki", "sad-u-gruszki"),
    ("Krawiectwo Fastryga", "fastryga"),
    ("Siłownia Hantelek", "hantelek"),
    ("Sklep Zoologiczny Chomik", "chomik-sklep"),
    ("Cukiernia Pączek w Maśle", "pączek"),
    ("Transport Nocny Lelek", "nocny-lelek"),
    ("Przychodnia Przy Młynie", "przy-mlynie"),
    ("Dom Wczasowy Bryza i Mewa", "bryza-mewa"),
    ("Pracownia Witraży Szkiełko", "szkielko"),
    ("Serwis Rowerowy Łańcuch", "łańcuch-rowery"),
    ("Apteka Pod Szałwią", "pod-szalwia"),
    ("Ślusarnia Kłódka", "kłódka"),
    ("Gabinet Weterynaryjny Ogonek", "ogonek"),
    ("Winnica Szpaki", "winnica-szpaki"),
    ("Biuro Podróży Walizka", "walizka-wyjazdy"),
    ("Sklep z Herbatą Fusy", "fusy"),
    ("Nadleśny Catering", "nadlesny"),
    ("Agencja Rybitwa", "rybitwa-agencja"),
    ("Sklep Muzyczny Bemol", "bemol"),
    ("Architekci Kąt Prosty", "kąt-prosty"),
    ("Szewc Podeszwa", "podeszwa"),
    ("Wydawnictwo Margines", "margines"),
    ("Ogrodnictwo Konewka", "konewka"),
    ("Pralnia Bąbelek", "babelek"),
    ("Stadnina Siwek", "siwek"),
    ("Elektryk Bezpiecznik", "bezpiecznik"),
    ("Browar Rzemieślniczy Szyszka", "szyszka-browar"),
    ("Antykwariat Zakładka", "zakładka"),
    ("Radio Osiedlowe Trzepak", "trzepak"),
)

_KINDS = (
    "sklep",
    "blog",
    "galeria",
    "serwis",
    "hurt",
    "praca",
    "b2b",
    "kontakt",
    "forum",
    "warsztaty",
    "pomoc",
    "mapa",
)

CONTACTS = (
    "Halina Kropka", "Zenon Przecinek", "Bożena Myślnik", "Ryszard Nawias", "Łucja Akapit", "Tadeusz Cudzysłów",
    "Żaneta Wykrzyknik",
)  # fmt: skip

HOSTERS = (
    ("www3.dawnyhosting.example", "ns1.dawnyhosting.example ns2.dawnyhosting.example"),
    ("srv118.serwerownia-pod-lasem.example", "dns1.serwerownia-pod-lasem.example dns2.serwerownia-pod-lasem.example"),
    ("cloud7.tanie-konta.example", "ns1.tanie-konta.example ns2.tanie-konta.example"),
    ("web02.stary-dostawca.example", "ns.stary-dostawca.example ns2.stary-dostawca.example"),
)

OUR_NS = "ns1.hosting.example ns2.hosting.example"

NONSTANDARD = (
    "brak",
    "zadanie cron co 15 minut",
    "starsza wersja PHP w sklepie",
    "własny certyfikat SSL",
    "przekierowania w nginx",
    "Node.js obok strony",
)


def domains(label: str, count: int) -> list[str]:
    """Return the domains of a client, the main one first."""
    kinds = [*_KINDS, *(f"{kind}-2" for kind in _KINDS)]
    return [f"{label}.example", *(f"{label}-{kind}.example" for kind in kinds[: count - 1])]


ACCOUNTS = ("biuro", "kontakt", "sklep", "faktury", "rekrutacja", "serwis", "recepcja", "zamowienia")
"""What mail accounts are called."""
