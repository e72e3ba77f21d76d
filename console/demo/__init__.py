"""The demonstration: a made-up quarter of the programme, played through the real commands.

`programme` says what happens, `oracle` counts what must come out, `player` sends, `view` shows.
"""
