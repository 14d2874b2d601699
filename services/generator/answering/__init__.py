"""The task of answering: abstention, choice of a backend, prompts, parsing of what a model wrote."""
