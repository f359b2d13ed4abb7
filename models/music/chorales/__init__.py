"""Four-part chorales: three networks of one size to compare, and harmony for a given melody."""
