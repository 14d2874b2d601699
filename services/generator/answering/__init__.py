"""How an answer comes about: whether to abstain, who writes, what a model reads and what is read of its words."""
