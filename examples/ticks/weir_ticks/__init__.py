"""Two small connectors, as an author outside of Weir would write them."""
