"""The review of a DUERP: rules that point out what is missing, weak or late."""
