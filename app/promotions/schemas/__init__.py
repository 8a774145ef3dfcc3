"""The forms of prices: what the console sends, made into the documents of a pricing plan."""
