"""A DUERP that is a file, understood: a grid of cells in, a preview out (docs/adr/0034)."""
