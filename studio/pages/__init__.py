"""The pages people meet: rendered here, made lively by small scripts, the same facts and actions as the API's."""
