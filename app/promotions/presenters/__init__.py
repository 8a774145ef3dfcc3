"""The console's words about prices: lists, forms, examples, what to check."""
