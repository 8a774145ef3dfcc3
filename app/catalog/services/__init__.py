"""What staff do with the catalogue, and the stock that orders take from it."""

from app.catalog.services.categories import (
    CategoryWish,
    change_category,
    create_category,
    delete_category,
    move_category,
)
from app.catalog.services.pictures import (
    add_picture,
    describe_picture,
    place_picture,
    remove_picture,
)
from app.catalog.services.products import (
    NewProduct,
    ProductCard,
    change_product,
    create_product,
)
from app.catalog.services.shipping import (
    ShippingWish,
    change_shipping_method,
    create_shipping_method,
    delete_shipping_method,
)
from app.catalog.services.stock import (
    Correction,
    consume_stock,
    correct_stock,
    count_stock,
    exchange_stock,
    give_back_stock,
    put_back_stock,
    take_stock,
)

__all__ = [
    "CategoryWish",
    "Correction",
    "NewProduct",
    "ProductCard",
    "ShippingWish",
    "add_picture",
    "change_category",
    "change_product",
    "change_shipping_method",
    "consume_stock",
    "correct_stock",
    "count_stock",
    "create_category",
    "create_product",
    "create_shipping_method",
    "delete_category",
    "delete_shipping_method",
    "describe_picture",
    "exchange_stock",
    "give_back_stock",
    "move_category",
    "place_picture",
    "put_back_stock",
    "remove_picture",
    "take_stock",
]
