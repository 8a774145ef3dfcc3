"""Commands that read JSON documents and answer with JSON: one document, or one per line."""
