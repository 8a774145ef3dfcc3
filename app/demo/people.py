"""Who sells, hosts and buys in the demo. Addresses end in .example: no mail can leave for real."""

from dataclasses import dataclass

PASSWORD = "convive-demo"  # noqa: S105 -- printed by `make run`: the demo is meant to be entered
DOMAIN = "maison-olive.example"


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    city: str
    postcode: str
    locale: str = "fr"

    @property
    def key(self) -> str:
        return self.first_name.casefold()

    @property
    def email(self) -> str:
        accents = str.maketrans("éèêëïîàçô", "eeeeiiaco")
        return f"{self.first_name}.{self.last_name}@{DOMAIN}".casefold().translate(accents)


CAMILLE = Person("Camille", "Moreau", "Lyon", "69003")
NADIA = Person("Nadia", "Benali", "Villeurbanne", "69100")
SELLERS = (CAMILLE, NADIA)

OF_CAMILLE = (
    Person("Sophie", "Marchand", "Lyon", "69007"),
    Person("Claire", "Fontaine", "Lyon", "69004"),
    Person("Hélène", "Girard", "Caluire-et-Cuire", "69300"),
    Person("Inès", "Laurent", "Lyon", "69007"),
    Person("Chloé", "Petit", "Lyon", "69008"),
    Person("Maud", "Bernard", "Vénissieux", "69200"),
    Person("Zoé", "Lefèvre", "Lyon", "69002"),
    Person("Léa", "Roux", "Oullins", "69600"),
    Person("Anaïs", "Chevalier", "Lyon", "69005"),
    Person("Judith", "Okafor", "Lyon", "69006", locale="en"),
    Person("Marion", "Garnier", "Bron", "69500"),
    Person("Paul", "Vidal", "Lyon", "69001"),
    Person("Thérèse", "Blanc", "Écully", "69130"),
)
OF_NADIA = (
    Person("Fatou", "Diallo", "Villeurbanne", "69100"),
    Person("Élise", "Renard", "Villeurbanne", "69100"),
    Person("Karim", "Haddad", "Décines", "69150"),
    Person("Manon", "Colin", "Meyzieu", "69330"),
    Person("Rosa", "Alvarez", "Villeurbanne", "69100"),
    Person("Grace", "Miller", "Lyon", "69003", locale="en"),
    Person("Odile", "Perrin", "Vaulx-en-Velin", "69120"),
)
