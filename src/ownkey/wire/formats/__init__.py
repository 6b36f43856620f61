"""The three formats: a prompt out, an event stream in; and what they share."""
