"""The DUERP (document unique d'évaluation des risques professionnels): what all who read or write one share."""
