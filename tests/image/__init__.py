"""`make image-test`: the image really built, and the stack started from it without a container engine."""
