"""Who may use MDL over HTTP: users, their sessions and keys, and what each did."""
