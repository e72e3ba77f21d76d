"""From the input topics into the ledgers."""
