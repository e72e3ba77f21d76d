"""Figures and indicators of exports, asked of a running stack and shown in a terminal."""
