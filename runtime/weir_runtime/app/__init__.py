"""app: builds a worker out of its parts, starts it bottom-up, stops it top-down."""
