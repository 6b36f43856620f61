"""What the user has set: settings files in, models and diagnostics out."""
