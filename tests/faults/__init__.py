"""`make faults`: the stack started on this machine, nine faults made in it, and how long until somebody is told."""
