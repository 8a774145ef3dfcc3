"""Web plumbing: who is asking, forms, problems, pages, words."""
