"""The app: ownkey as a person sees it in a terminal."""

from __future__ import annotations

from ownkey import exits
from ownkey.options import Options


def run(options: Options, prompt: str = "") -> int:
    """Until the person leaves. What is to stay on the terminal is printed then."""
    from ownkey.faces.tui.app import OwnkeyApp

    app = OwnkeyApp(options, prompt)
    app.run()
    if app.parting:
        print(app.parting)
    return exits.DONE
