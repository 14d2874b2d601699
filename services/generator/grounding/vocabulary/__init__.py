"""Words that support.py knows: synonyms, opposites, set phrases, words without content. French, a row a line."""
