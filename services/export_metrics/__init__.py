"""Export metrics: folds the events of exports into national figures and risk triggers."""
