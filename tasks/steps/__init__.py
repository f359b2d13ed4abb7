"""The steps of the making, one module a field: what each takes, what decides it, how it is made."""
