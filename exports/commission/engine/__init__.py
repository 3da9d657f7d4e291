"""How indicators are computed: the frame that measures read, counting, rolling up."""
