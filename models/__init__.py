"""Networks, one family a folder, and the registry that names them."""
