"""The programme of a year: actions with what the law wants of each, planned against done."""
