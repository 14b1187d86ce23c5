"""Tags with no training: a vocabulary of words, read off the vectors that are already there."""
