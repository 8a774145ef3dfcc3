"""What the catalogue may refuse."""

from collections.abc import Sequence
from uuid import UUID

from app.kernel.errors import Conflict, NotFound, Refused
from app.kernel.words import N_


class ProductNotFound(NotFound):
    code = "product_not_found"
    words = N_("We could not find this product. Choose one from the list.")


class ReferenceTaken(Conflict):
    code = "reference_taken"
    words = N_("Another product already has the reference %(reference)s. Choose another one.")


class CategoryTaken(Conflict):
    code = "category_taken"
    words = N_("There is already a category called %(name)s.")


class OutOfStock(Conflict):
    """`products` are those that could not be had; the words name them."""

    code = "out_of_stock"
    words = N_(
        "There is not enough left of: %(names)s. Lower the quantity or choose something else."
    )

    def __init__(self, products: Sequence[tuple[UUID, str, int]]) -> None:
        super().__init__(names=[f"{name} ({left})" for _, name, left in products])
        self.product_ids = tuple(product_id for product_id, _, _ in products)


class PictureNotReadable(Refused):
    code = "picture_not_readable"
    words = N_("This is no picture we can show. Send a PNG, JPEG or WebP file.")


class PictureTooLarge(Refused):
    code = "picture_too_large"
    words = N_("This picture is too large: %(most)s MB at most.")


class PictureNotFound(NotFound):
    code = "picture_not_found"
    words = N_("This picture is no longer there.")


class TooManyPictures(Refused):
    code = "too_many_pictures"
    words = N_("A product has %(most)s pictures at most. Remove one first.")


class TooManyAtOnce(Refused):
    code = "too_many_at_once"
    words = N_("Send %(most)s pictures at once at most, then the others.")


class CategoryNotFound(NotFound):
    code = "category_not_found"
    words = N_("We could not find this category. Choose one from the list.")


class CategoryUnknown(Refused):
    """A file names it by its name."""

    code = "category_unknown"
    words = N_("There is no category called %(name)s: create or import it first.")


class CategoryWithinItself(Refused):
    code = "category_within_itself"
    words = N_("A category cannot lie within itself, nor within one that lies in it.")


class CategoryTooDeep(Refused):
    code = "category_too_deep"
    words = N_("Categories go %(most)s levels deep at most.")


class CategoryNotEmpty(Refused):
    code = "category_not_empty"
    words = N_("There is still something in this category: move it elsewhere first.")


class StockPromised(Refused):
    """Orders hold more than would be left."""

    code = "stock_promised"
    words = N_("%(units)s units are promised to orders: the stock cannot be lower than that.")


class StockNotTracked(Refused):
    code = "stock_not_tracked"
    words = N_("The stock of this product is not counted. Count it first, on its page.")


class ShippingMethodNotFound(NotFound):
    code = "shipping_method_not_found"
    words = N_("We could not find this shipping method.")


class ShippingMethodTaken(Conflict):
    code = "shipping_method_taken"
    words = N_("There is already a shipping method called %(name)s.")


class SeasonNotFound(NotFound):
    code = "season_not_found"
    words = N_("There is no such catalogue.")


class SeasonTaken(Refused):
    code = "season_taken"
    words = N_("Another catalogue has this name, or begins that day.")


class SeasonHasBegun(Refused):
    code = "season_has_begun"
    words = N_("A catalogue begins today or later, and stays once it has begun.")
