"""Models of the DUERP: what a unit keeps, and the envelope that each of it comes in."""
