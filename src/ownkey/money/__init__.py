"""What calls cost: prices with their origin, the ledger, budgets."""
