"""What the demo brands take off, for whom, and how they send parcels."""

from typing import Any

from app.catalog.domain import Basis, Bracket, Tariff
from app.catalog.services.shipping import ShippingWish
from app.rewards.domain.offers import Offer, OfferKind
from app.rewards.services.templates import Published

FORMAT = "convive.plan/1"


def _from(cents: int) -> dict[str, Any]:
    return {"measure": "basket_net", "op": ">=", "value": cents}


FREE_SHIPPING = {"kind": "shipping_percent", "rate_bp": 10_000}

OLIVE_PLAN: dict[str, Any] = {
    "format": FORMAT,
    "segments": [
        {
            "id": "professionnels",
            "name": "Professionnels",
            "conditions": {"measure": "professional", "op": "=", "value": True},
            "tiers": [{"from": 20_000, "rate_bp": 800}],
        },
        {
            "id": "fideles",
            "name": "Clientes fidèles",
            "conditions": {
                "all": [
                    {"measure": "past_orders", "op": ">=", "value": 3},
                    {"measure": "lifetime_spend", "op": ">=", "value": 15_000},
                ]
            },
            "tiers": [{"from": 6_000, "rate_bp": 500}],
        },
    ],
    "first_order": {
        "tiers": [
            {"from": 5_000, "free_shipping": True},
            {"from": 15_000, "rate_bp": 500, "free_shipping": True},
        ]
    },
    "points": {
        "earning": {
            "points": 1,
            "per_cents": 1_000,
            "with_codes_or_vouchers": True,
            "with_advantages": True,
        },
        "spending": {"mode": "rate", "value": {"customer": {"points": 1, "cents": 10}}},
    },
    "promotions": [
        {
            "id": "dix-des-150",
            "name": "−10 % dès 150 €",
            "effect": {"kind": "order_percent", "rate_bp": 1_000, "cap_cents": 6_000},
            "conditions": _from(15_000),
            "priority": 10,
        },
        {
            "id": "port-offert",
            "name": "Livraison offerte dès 80 €",
            "effect": FREE_SHIPPING,
            "conditions": _from(8_000),
        },
        {
            "id": "spatule-offerte",
            "name": "La spatule en olivier offerte dès 120 €",
            "effect": {"kind": "free_product", "products": ["SPA01"]},
            "conditions": _from(12_000),
            "limits": {"uses": 40},
        },
        {
            "id": "trois-pour-deux",
            "name": "Pâtisserie : le moins cher de trois est offert",
            "effect": {
                "kind": "buy_x_get_y",
                "buy": 2,
                "get": 1,
                "scope": {"categories": ["Pâtisserie"]},
            },
        },
        {
            "id": "bienvenue",
            "name": "Bienvenue : 5 € sur la première commande",
            "entry": "code",
            "codes": ["BIENVENUE"],
            "effect": {"kind": "order_amount", "amount_cents": 500},
            "conditions": {
                "all": [{"measure": "first_order", "op": "=", "value": True}, _from(3_000)]
            },
            "limits": {"per_customer": 1, "budget_cents": 100_000},
        },
        {
            "id": "atelier",
            "name": "Carte de l’atelier : −15 % sur les couteaux",
            "entry": "code",
            "codes_elsewhere": True,
            "effect": {
                "kind": "product_percent",
                "rate_bp": 1_500,
                "scope": {"categories": ["Couteaux"]},
            },
            "stacking": {"promotions": False},
        },
        {
            "id": "geste",
            "name": "Geste de votre vendeuse : −5 %",
            "entry": "manual",
            "effect": {"kind": "order_percent", "rate_bp": 500, "cap_cents": 1_000},
            "limits": {"per_seller": 20, "per_customer": 1},
            "public": False,
        },
        {
            "id": "table-au-choix",
            "name": "Bols ou tasses en grès, au choix dès 250 €",
            "effect": {"kind": "gift_choice", "products": ["BOL04", "TAS02"]},
            "conditions": _from(25_000),
        },
    ],
}
OLIVE_REWARDS = (
    Published("Livraison offerte", Offer(OfferKind.SHIPPING, {"cap_cents": 790}, 90), 60),
    Published("Bon d’achat de 10 €", Offer(OfferKind.VOUCHER, {"amount_cents": 1_000}, 180), 100),
    Published("Deux tasses en grès", Offer(OfferKind.GIFT, {"products": ["TAS02"]}, 60), None),
)
OLIVE_LOYALTY: dict[str, Any] = {"expiry": {"customer": {"days": 110}}}
OLIVE_DRAFT: dict[str, Any] = {
    "id": "noel",
    "name": "Noël : la carafe à 19 €",
    "effect": {
        "kind": "fixed_price",
        "price_cents": 1_900,
        "scope": {"products": ["CAR01"]},
        "at_most_units": 2,
    },
}
OLIVE_SHIPPING = (
    ShippingWish("Point relais", Tariff(("FR",), Basis.BASKET, (Bracket(0, 490),))),
    ShippingWish(
        "À domicile", Tariff(("FR",), Basis.BASKET, (Bracket(0, 790), Bracket(10_000, 590)))
    ),
)

FERN_PLAN: dict[str, Any] = {
    "format": FORMAT,
    "promotions": [
        {
            "id": "bath-week",
            "name": "Bath week: 15 % off",
            "effect": {
                "kind": "product_percent",
                "rate_bp": 1_500,
                "scope": {"categories": ["Bath"]},
            },
        },
        {
            "id": "welcome",
            "name": "Welcome: €5 off your first order",
            "entry": "code",
            "codes": ["HELLO"],
            "effect": {"kind": "order_amount", "amount_cents": 500},
            "conditions": {
                "all": [{"measure": "first_order", "op": "=", "value": True}, _from(4_000)]
            },
            "limits": {"per_customer": 1},
        },
    ],
}
