"""Gives a test's process a trust store of its own: Python runs this at its start.

What ownkey trusts is the system's store, and no variable adds to it. So the tests put
their authority where the system's store is looked for, and leave ownkey as it is.
"""

import os
import ssl

STORE = os.environ.get("TEST_TRUST_STORE")

if STORE:
    paths = ssl.get_default_verify_paths()._replace(openssl_cafile=STORE, openssl_capath="")
    ssl.get_default_verify_paths = lambda: paths
