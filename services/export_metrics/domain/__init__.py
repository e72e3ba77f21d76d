"""What the figures and triggers are. Pure: no clock, no randomness, no float, no input or output.

Imports only `contracts` and the pure part of the standard library.
"""
