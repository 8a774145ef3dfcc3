"""The reward programme of Maison Olive."""

from typing import Any

from app.demo.catalogue import GIFTS

AUTUMN, KNIVES = "Cuisine d’automne", "Couteaux et planches"
"""Themes of meetings whose guests win something besides."""

PROGRAMME: dict[str, Any] = {
    "format": "convive.programme/1",
    "name": "Programme Maison Olive",
    "rules": [
        {
            "id": "welcome",
            "name": "Merci d’accueillir",
            "beneficiary": "host",
            "trigger": "hosting",
            "conditions": {"measure": "buyers", "op": ">=", "value": 1},
            "rewards": [{"id": "points", "kind": "points_fixed", "points": 20}],
        },
        {
            "id": "host-turnover",
            "name": "Points d’hôte selon les ventes",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "tiers": {
                "measure": "turnover",
                "mode": "best",
                "steps": [
                    {
                        "from": 15_000,
                        "rewards": [{"kind": "points_percent_turnover", "rate_bp": 800}],
                    },
                    {
                        "from": 30_000,
                        "rewards": [{"kind": "points_percent_turnover", "rate_bp": 1_000}],
                    },
                    {
                        "from": 60_000,
                        "rewards": [{"kind": "points_percent_turnover", "rate_bp": 1_200}],
                    },
                ],
            },
        },
        {
            "id": "host-gift",
            "name": "Cadeau au choix",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "conditions": {
                "all": [
                    {"measure": "bookings_made", "op": ">=", "value": 1},
                    {"measure": "attended", "op": ">=", "value": 2},
                ]
            },
            "rewards": [
                {
                    "id": "gift",
                    "kind": "gift_choice",
                    "products": list(GIFTS),
                    "choose_within_days": 60,
                    "unchosen": "voucher",
                    "substitutes": ["TOR02"],
                    "out_of_stock": "waiting_list",
                    "voucher_cents": 2_500,
                }
            ],
        },
        {
            "id": "autumn-gift",
            "name": "Torchons de l’automne",
            "beneficiary": "guest",
            "trigger": "during_meeting",
            "conditions": {"measure": "theme", "op": "=", "value": AUTUMN},
            "rewards": [
                {
                    "id": "cloth",
                    "kind": "gift_product",
                    "product": "TOR02",
                    "choose_within_days": 14,
                    "unchosen": "voucher",
                }
            ],
        },
        {
            "id": "knife-gift",
            "name": "Couteau de la soirée",
            "beneficiary": "guest",
            "trigger": "during_meeting",
            "conditions": {"measure": "theme", "op": "=", "value": KNIVES},
            "rewards": [
                {
                    "id": "knife",
                    "kind": "gift_product",
                    "product": "COU09",
                    "choose_within_days": 60,
                    "unchosen": "voucher",
                    "out_of_stock": "waiting_list",
                    "wait_at_most_days": 90,
                }
            ],
        },
        {
            "id": "host-voucher",
            "name": "Bon d’achat de l’hôte",
            "beneficiary": "host",
            "trigger": "during_meeting",
            "conditions": {
                "all": [
                    {"measure": "turnover", "op": ">=", "value": 25_000},
                    {"measure": "buyers", "op": ">=", "value": 3},
                ]
            },
            "rewards": [
                {
                    "id": "voucher",
                    "kind": "voucher",
                    "name": "Bon d’achat de 15 €",
                    "amount_cents": 1_500,
                    "valid_days": 180,
                    "minimum_basket_cents": 3_000,
                }
            ],
        },
        {
            "id": "guest-booking",
            "name": "Vous accueillez à votre tour",
            "beneficiary": "guest",
            "trigger": "guest_booking",
            "rewards": [{"id": "points", "kind": "points_fixed", "points": 20}],
        },
        {
            "id": "guest-code",
            "name": "Merci pour votre commande",
            "beneficiary": "guest",
            "trigger": "meeting_sale",
            "conditions": {"measure": "order_net", "op": ">=", "value": 8_000},
            "rewards": [
                {
                    "id": "code",
                    "kind": "promo_code",
                    "model": {
                        "name": "−10 % sur la prochaine commande",
                        "effect": {"kind": "percent_off_order", "rate_bp": 1_000},
                        "minimum_basket_cents": 5_000,
                    },
                    "valid_days": 90,
                }
            ],
        },
        {
            "id": "guest-points",
            "name": "Points de la commande",
            "beneficiary": "guest",
            "trigger": "meeting_sale",
            "rewards": [{"id": "points", "kind": "points_percent_order", "rate_bp": 500}],
        },
        {
            "id": "direct-points",
            "name": "Points des ventes directes",
            "beneficiary": "guest",
            "trigger": "direct_sale",
            "rewards": [{"id": "points", "kind": "points_percent_order", "rate_bp": 300}],
        },
        {
            "id": "slice-voucher",
            "name": "Bon d’achat par tranche",
            "beneficiary": "guest",
            "trigger": "spend",
            "pot": {
                "measure": "spend",
                "threshold": 15_000,
                "description": "Chaque tranche de 150 € d’achats vous offre un bon de 10 €.",
            },
            "rewards": [
                {
                    "id": "voucher",
                    "kind": "voucher",
                    "name": "Bon de 10 €",
                    "amount_cents": 1_000,
                    "valid_days": 120,
                }
            ],
        },
        {
            "id": "stamp-card",
            "name": "Carte à tampons",
            "beneficiary": "guest",
            "trigger": "spend",
            "pot": {
                "measure": "baskets",
                "threshold": 4,
                "basket_from_cents": 3_000,
                "description": "Un tampon par commande d’au moins 30 €, un cadeau à la quatrième.",
            },
            "rewards": [
                {
                    "id": "gift",
                    "kind": "gift_choice",
                    "products": list(GIFTS),
                    "choose_within_days": 60,
                }
            ],
            "caps": [{"per": "person", "of": "times", "most": 2, "period": "year"}],
        },
        {
            "id": "seller-points",
            "name": "Points du vendeur",
            "beneficiary": "seller",
            "trigger": "during_meeting",
            "tiers": {
                "measure": "turnover",
                "mode": "cumulative",
                "steps": [
                    {"from": 20_000, "rewards": [{"kind": "points_fixed", "points": 15}]},
                    {"from": 40_000, "rewards": [{"kind": "points_fixed", "points": 25}]},
                ],
            },
        },
    ],
}
