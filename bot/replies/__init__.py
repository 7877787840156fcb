"""What people write at a step of a recipe, read as an answer to it. Pure, but for the encoder."""
