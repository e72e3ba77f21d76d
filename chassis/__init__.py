"""How things are said: what every service needs and no service owns.

What enters here is used by two services, and names no event and no service.
"""
