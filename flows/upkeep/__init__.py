"""What keeps a studio running beside its pages: server and runner watched, jobs handed over, the dead cleared up."""
