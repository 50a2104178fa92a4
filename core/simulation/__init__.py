"""What a change of prices or of the terms does to every customer."""
