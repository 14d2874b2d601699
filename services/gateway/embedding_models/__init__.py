"""The models whose vectors the index has, and a change of the one that questions are asked with."""
