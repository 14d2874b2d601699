"""The DUERP that a unit keeps: what it says, who changed it, which versions were frozen."""
