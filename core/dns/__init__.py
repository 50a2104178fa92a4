"""What the DNS says: names first; asking and judging follow."""
