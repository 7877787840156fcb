"""What a message is: its intent, category, impact and urgency, with calibrated probabilities."""
