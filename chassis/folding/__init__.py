"""The fold engine: topics in, figures and decisions out, effectively once and provably so.

It knows nothing of what it folds. A fold (`fold.Fold`) is a name, a version and pure functions; the
engine places events, keeps state, publishes in transactions, and folds again to prove it.
"""
