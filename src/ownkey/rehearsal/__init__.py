"""A provider of our own on loopback: three wire formats, one scripted coder, no model.

It stands outside the floors: it imports nothing of ownkey and speaks bytes. What it
refuses, a strict provider would refuse too, so that our mistakes show.
"""

from ownkey.rehearsal.faults import Fault as Fault
from ownkey.rehearsal.server import Rehearsal as Rehearsal
