"""Writes what other systems read of the contracts: JSON Schemas, AsyncAPI and golden examples.

``python -m contracts.generate`` writes all, ``--check`` names what is stale. Development only.
"""
