"""The tools every conversation has, and one that some have."""

from __future__ import annotations

from ownkey.tools import Tool
from ownkey.tools.edit import edit
from ownkey.tools.glob import glob
from ownkey.tools.grep import grep
from ownkey.tools.ls import ls
from ownkey.tools.read import read
from ownkey.tools.shell import shell
from ownkey.tools.skill import skill
from ownkey.tools.todo import todo
from ownkey.tools.write import write

BUILTIN: tuple[Tool, ...] = (edit, glob, grep, ls, read, shell, todo, write)

ALL: tuple[Tool, ...] = (*BUILTIN, skill)
"""With the one that is offered where there are skills."""
