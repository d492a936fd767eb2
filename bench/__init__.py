"""Measuring: what a page costs, what the machine could do at best, and how both grow.

`make bench` runs all of it; README's figures come from `bench/results/`.
"""
