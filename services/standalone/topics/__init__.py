"""The topics of a cluster: what is declared, what is there, what to do."""
