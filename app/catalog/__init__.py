"""What a brand sells: categories, products, pictures, stock."""
