"""One thing done to many conversations, each as if it were alone."""
