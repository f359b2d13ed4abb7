"""The film painter: vid2vid's generator made small, which paints drawn scenes frame after frame in any look."""
