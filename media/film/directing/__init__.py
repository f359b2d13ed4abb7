"""From music to a storyboard: where the cuts fall, which scene each shot shows, how the camera moves."""
