"""Taking back what a turn did to files: its own edits, and whatever its commands changed.

Before a call that changes something, the state of the workspace is noted (`tree`), with a
copy of every content that is not kept yet (`blobs`, on the workspace's `shelf`). What is
different after it is a set of changes, named in the journal. Taking sets back is planned
against the files as they are now (`plan`), and is itself such a set.
"""
