"""The models behind the engine's Embedder port: our own E5, any compatible endpoint, and a hashing stand-in."""
