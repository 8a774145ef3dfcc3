"""What Maison Olive sells: French cookware."""

from dataclasses import dataclass

CATEGORIES = (
    "Cuisson",
    "Four",
    "Couteaux",
    "Ustensiles",
    "Table",
    "Conservation",
    "Pâtisserie",
    "Café et thé",
)


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
    Item("SAU16", "Casserole inox 16 cm", "Cuisson", 3_900, "pot", 90),
    Item("SAU20", "Casserole inox 20 cm", "Cuisson", 4_700, "pot", 80),
    Item("CRE25", "Crêpière en acier 25 cm", "Cuisson", 3_600, "pan", 75),
    Item("GRI26", "Poêle à griller 26 cm", "Cuisson", 5_900, "pan", 60),
    Item("MAR10", "Marmite en cuivre 10 l", "Cuisson", 18_900, "pot", 25),
    Item("TER15", "Terrine en grès 1,5 l", "Four", 3_400, "dish", 70),
    Item("RAM06", "Six ramequins", "Four", 2_200, "dish", 120),
    Item("ROT35", "Plat à rôtir 35 cm", "Four", 4_900, "dish", 55),
    Item("PIZ33", "Plaque à pizza 33 cm", "Four", 2_600, "dish", 85),
    Item("GAN01", "Deux gants en coton épais", "Four", 1_900, "cloth", 110),
    Item("SAN18", "Couteau santoku 18 cm", "Couteaux", 6_200, "knife", 60),
    Item("FIL17", "Couteau à filet 17 cm", "Couteaux", 4_600, "knife", 65),
    Item("STE06", "Six couteaux à viande", "Couteaux", 7_900, "knife", 50),
    Item("AIG01", "Fusil à aiguiser", "Couteaux", 2_900, "knife", 90),
    Item("BLO06", "Bloc à couteaux en hêtre", "Couteaux", 6_900, "board", 40),
    Item("LOU01", "Louche inox", "Ustensiles", 1_390, "spoon", 140),
    Item("ECU01", "Écumoire inox", "Ustensiles", 1_390, "spoon", 140),
    Item("PIN01", "Pinces de cuisine", "Ustensiles", 1_650, "spoon", 120),
    Item("RAP01", "Râpe fine", "Ustensiles", 1_890, "whisk", 100),
    Item("EPL01", "Éplucheur en acier", "Ustensiles", 990, "knife", 180),
    Item("ASS06", "Six assiettes en grès", "Table", 6_600, "bowl", 60),
    Item("ASC06", "Six assiettes creuses", "Table", 6_200, "bowl", 60),
    Item("SAL25", "Saladier en olivier 25 cm", "Table", 5_400, "bowl", 45),
    Item("SER04", "Quatre serviettes en lin", "Table", 3_800, "cloth", 95),
    Item("NAP01", "Nappe en lin 170 cm", "Table", 7_400, "cloth", 40),
    Item("DES06", "Dessous-de-plat en liège", "Table", 1_450, "board", 130),
    Item("BOI04", "Quatre boîtes en verre", "Conservation", 3_490, "jar", 95),
    Item("HUI01", "Huilier en grès", "Conservation", 1_990, "jar", 100),
    Item("SEL01", "Pot à sel en olivier", "Conservation", 1_790, "jar", 105),
    Item("PAI01", "Boîte à pain", "Conservation", 4_900, "jar", 50),
    Item("SAC03", "Trois sacs à vrac", "Conservation", 1_290, "cloth", 160),
    Item("CHA24", "Moule à charnière 24 cm", "Pâtisserie", 2_490, "dish", 90),
    Item("CAK26", "Moule à cake 26 cm", "Pâtisserie", 2_190, "dish", 95),
    Item("ROU01", "Rouleau à pâtisserie en hêtre", "Pâtisserie", 1_690, "spoon", 110),
    Item("DOU08", "Huit douilles et leur poche", "Pâtisserie", 1_590, "whisk", 120),
    Item("BAL05", "Balance à aiguille 5 kg", "Pâtisserie", 3_900, "bowl", 55),
    Item("TAM01", "Tamis à farine", "Pâtisserie", 1_490, "bowl", 100),
    Item("PIS08", "Cafetière à piston 8 tasses", "Café et thé", 3_690, "jar", 70),
    Item("THE01", "Théière en fonte 1 l", "Café et thé", 4_900, "pot", 60),
    Item("MUG02", "Deux grands bols à déjeuner", "Café et thé", 2_150, "cup", 115),
)
LATER = ITEMS[20:]
"""What the season of the other sellers is made of; the first twenty are left to be sold."""

GIFTS = tuple(item.reference for item in ITEMS if item.giftable)
