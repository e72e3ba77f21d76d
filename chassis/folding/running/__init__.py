"""The process that folds: a member of a group, and the partitions that it is given."""
