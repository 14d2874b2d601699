"""French words: stems, quantities, modality. Pure."""
