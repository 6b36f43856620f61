"""The vocabulary every floor shares: messages, events, models, errors."""
