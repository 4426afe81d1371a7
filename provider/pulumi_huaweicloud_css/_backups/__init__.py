"""The domain: queries, results, and the gate that judges them."""
