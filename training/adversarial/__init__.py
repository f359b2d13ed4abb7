"""What two networks that learn against each other need: objectives, augmentation, pictures, networks by name."""
