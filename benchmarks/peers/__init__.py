"""The same graph by other tools, as somebody would write it who uses them."""
