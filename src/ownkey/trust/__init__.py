"""What may happen: autonomy levels, and what commands get to see."""
