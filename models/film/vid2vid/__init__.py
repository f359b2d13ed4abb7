"""vid2vid (Wang et al. 2018, arXiv:1808.06601): films from label maps, its networks, losses and its files of 2018."""
