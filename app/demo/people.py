"""Who sells, hosts and buys in the demo. Addresses end in .example: no mail can leave for real."""

from dataclasses import dataclass

from app.kernel.actor import Role

PASSWORD = "convive-demo"  # noqa: S105 -- printed by `make run`: the demo is meant to be entered
DOMAIN = "maison-olive.example"
ACCENTS = str.maketrans("éèêëïîàçôüñ", "eeeeiiacoun")


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    city: str
    postcode: str
    locale: str = "fr"
    domain: str = DOMAIN
    professional: bool | None = None

    @property
    def key(self) -> str:
        """Those who are told of one by one go by their first names."""
        return self.first_name.casefold()

    @property
    def email(self) -> str:
        return (
            f"{self.first_name}.{self.last_name}@{self.domain}".casefold()
            .translate(ACCENTS)
            .replace(" ", "-")
        )


@dataclass(frozen=True, slots=True)
class Member:
    """Of the brand's own staff."""

    name: str
    email: str
    role: Role


CAMILLE = Person("Camille", "Moreau", "Lyon", "69003")
NADIA = Person("Nadia", "Benali", "Villeurbanne", "69100")
SELLERS = (
    CAMILLE,
    NADIA,
    Person("Émilie", "Rousseau", "Grenoble", "38000"),
    Person("Sandrine", "Da Silva", "Saint-Étienne", "42000"),
    Person("Audrey", "Lambert", "Annecy", "74000"),
    Person("Yasmine", "Cherif", "Valence", "26000"),
)
STAFF = (
    Member("Alice Olive", f"alice.olive@{DOMAIN}", Role.BRAND_ADMIN),
    Member("Denis Martel", f"service.client@{DOMAIN}", Role.CUSTOMER_SERVICE),
    Member("Florence Adam", f"finances@{DOMAIN}", Role.FINANCE),
)

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
    Person("Fatou", "Diallo", "Villeurbanne", "69100", professional=False),
    Person("Élise", "Renard", "Villeurbanne", "69100"),
    Person("Karim", "Haddad", "Décines", "69150"),
    Person("Manon", "Colin", "Meyzieu", "69330"),
    Person("Rosa", "Alvarez", "Villeurbanne", "69100"),
    Person("Grace", "Miller", "Lyon", "69003", locale="en"),
    Person("Odile", "Perrin", "Vaulx-en-Velin", "69120", professional=True),
)

FIRST_NAMES = (
    *("Agathe", "Béatrice", "Céline", "Delphine", "Estelle", "Florence", "Gaëlle", "Héloïse"),
    *("Isabelle", "Julie", "Karine", "Laure", "Mathilde", "Noémie", "Ophélie", "Pauline"),
    *("Régine", "Sabine", "Tiphaine", "Valérie", "Wendy", "Yvette", "Aline", "Brigitte"),
    *("Clara", "Danielle", "Élodie", "Fanny", "Géraldine", "Inaya", "Jade", "Kenza"),
    *("Lucie", "Myriam", "Nathalie", "Oriane", "Patricia", "Romane", "Salomé", "Tania"),
)
LAST_NAMES = (
    *("Aubert", "Barbier", "Carpentier", "Dumas", "Étienne", "Faure", "Gauthier", "Hubert"),
    *("Imbert", "Jacquet", "Klein", "Leclerc", "Mercier", "Noël", "Ollivier", "Picard"),
    *("Renaud", "Sanchez", "Tessier", "Ucar", "Vasseur", "Weber", "Yilmaz", "Zimmermann"),
    *("Boucher", "Collet", "Descamps"),
)
TOWNS = (
    *(("Grenoble", "38000"), ("Meylan", "38240"), ("Saint-Étienne", "42100")),
    *(("Firminy", "42700"), ("Annecy", "74000"), ("Rumilly", "74150"), ("Valence", "26000")),
    *(("Romans-sur-Isère", "26100"), ("Vienne", "38200"), ("Lyon", "69009")),
)
OTHERS = tuple(
    Person(
        FIRST_NAMES[number % len(FIRST_NAMES)],
        LAST_NAMES[number % len(LAST_NAMES)],
        *TOWNS[number * 3 % len(TOWNS)],
    )
    for number in range(100)
)
"""The rest of the sellers' books: forty first names and twenty-seven last ones never meet twice."""
