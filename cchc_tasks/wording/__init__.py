"""Every Vietnamese word, date and number that leaves the program; pure, one module per noun."""
