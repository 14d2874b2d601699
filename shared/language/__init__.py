"""French, and the languages of those who read: articles of law, sentences, catalogues."""
