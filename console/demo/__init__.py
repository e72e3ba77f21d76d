"""The demonstration: two made-up years of the programme, played through the real commands.

What happens: `programme`, from `producers`, `targets` (what it must add up to), `sales`, `orders`
with `payments` and `defaulters`, and `shipments` with `fates` and `corrections`. What must come of
it: `oracle` and `unpaid`, which share no code with the services, and `published`. How it is sent:
`player`, `sender`, `clocks`. What is shown: `screen` while it plays, then `closing`.
"""
