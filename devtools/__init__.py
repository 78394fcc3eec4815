"""What ./dev is made of. Standard library only."""
