"""Articles of law, sentences, and catalogues of texts in French, English and German."""
