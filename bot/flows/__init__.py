"""Flow charts, and dialogs along them: recipes are made of the first, reading is measured on the second."""
