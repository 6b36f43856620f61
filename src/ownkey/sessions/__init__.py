"""Conversations on disk: one append-only file each, that opens after anything."""
