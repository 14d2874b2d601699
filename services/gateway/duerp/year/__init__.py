"""The yearly update of a DUERP, and what is to be done by which day."""
