"""Demo data and the `portal demo` command that shows them."""
