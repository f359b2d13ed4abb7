"""Pictures painted after pictures: arbitrary style transfer, Gatys, DeepDream, and the library of looks."""
