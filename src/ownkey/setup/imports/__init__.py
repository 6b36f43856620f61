"""Models that other programs on this machine are set up for: each program has a module that reads
the person's own files, never a project's, and says what it found there."""
