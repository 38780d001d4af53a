"""How older databases become the present one: one file per schema."""
