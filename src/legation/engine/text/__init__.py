"""Text without opinion: folding, sentences, encodings, languages."""
