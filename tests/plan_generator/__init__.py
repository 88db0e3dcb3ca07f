"""Plans made up for tests: what is written is known, so every difference to what is read can be listed."""
