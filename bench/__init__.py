"""Measurements. They are run by hand, print what they found, and judge nothing by the clock."""
