"""What is taken in of a model that a user brings, a module a family. Each checks first and writes safetensors alone."""
