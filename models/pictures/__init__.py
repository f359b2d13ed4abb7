"""Networks that draw, paint, judge and enlarge pictures: float32 [N, 3, H, W] in 0..1."""
