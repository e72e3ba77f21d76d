"""From the ledger to the bus: contributions, triggers and the cursor in one transaction."""
