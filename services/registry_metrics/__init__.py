"""Registry metrics: folds the events of the registry into figures of who produces, and where."""
