"""Signing in: at the institute's Keycloak, or on one's own machine with a link that its owner alone can read."""
