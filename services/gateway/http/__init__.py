"""The door: tokens, limits, problems, pages; what every route stands on."""
