"""The faces: each hears events, answers what is asked, and sends turns."""
