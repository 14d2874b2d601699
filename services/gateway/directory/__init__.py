"""People and groups of the issuer, for admins."""
