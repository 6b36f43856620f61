"""The app: a conversation on the whole screen of a terminal."""
