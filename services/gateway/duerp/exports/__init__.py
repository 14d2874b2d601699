"""A DUERP as files that people sign, print and work on: composed once (composition), written in each format."""
