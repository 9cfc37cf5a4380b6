"""Screens: whole files and clusters, and a screen on one page."""
