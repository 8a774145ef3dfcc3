"""What Maison Olive sells: French cookware."""

from dataclasses import dataclass

CATEGORIES = ("Cuisson", "Four", "Couteaux", "Ustensiles", "Table", "Conservation")


@dataclass(frozen=True, slots=True)
class Item:
    reference: str
    name: str
    category: str
    price_cents: int
    shape: str
    stock: int
    giftable: bool = False
    description: str = ""


ITEMS = (
    Item("COC24", "Cocotte en fonte 24 cm", "Cuisson", 8_900, "pot", 18),
    Item("COC28", "Cocotte en fonte 28 cm", "Cuisson", 11_900, "pot", 9),
    Item("POE28", "Poêle en acier 28 cm", "Cuisson", 4_950, "pan", 24),
    Item("WOK30", "Wok en fonte 30 cm", "Cuisson", 6_200, "pan", 12),
    Item("FAI20", "Faitout inox 20 cm", "Cuisson", 5_800, "pot", 15),
    Item("PLA26", "Plat à tarte 26 cm", "Four", 2_900, "dish", 30, giftable=True),
    Item("PLA32", "Plat à gratin 32 cm", "Four", 3_900, "dish", 22),
    Item("MOU06", "Six moules à madeleines", "Four", 1_850, "dish", 40),
    Item("COU09", "Couteau d’office 9 cm", "Couteaux", 2_400, "knife", 2, giftable=True),
    Item("COU20", "Couteau de chef 20 cm", "Couteaux", 5_400, "knife", 14),
    Item("COUPA", "Couteau à pain 22 cm", "Couteaux", 3_950, "knife", 16),
    Item("SPA01", "Spatule en bois d’olivier", "Ustensiles", 1_200, "spoon", 60),
    Item("CUI02", "Deux cuillères en hêtre", "Ustensiles", 990, "spoon", 80),
    Item("FOU01", "Fouet inox", "Ustensiles", 1_450, "whisk", 45),
    Item("PLC40", "Planche à découper en noyer", "Ustensiles", 4_200, "board", 11),
    Item("BOL04", "Quatre bols en grès", "Table", 3_200, "bowl", 20, giftable=True),
    Item("TAS02", "Deux tasses en grès", "Table", 2_250, "cup", 26, giftable=True),
    Item("CAR01", "Carafe soufflée 1 l", "Table", 2_850, "jar", 17),
    Item("BOC03", "Trois bocaux en verre", "Conservation", 2_490, "jar", 33),
    Item("TOR02", "Deux torchons en lin", "Conservation", 2_100, "cloth", 50),
)

GIFTS = tuple(item.reference for item in ITEMS if item.giftable)
