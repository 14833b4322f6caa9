"""The models behind the engine's Embedder port: our E5, any compatible endpoint, a hashing stand-in."""
