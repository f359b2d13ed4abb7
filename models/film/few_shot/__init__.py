"""Films painted by weights that are made from a few reference pictures: few-shot vid2vid (Wang et al. 2019)."""
