"""Gaps: questions that nobody could answer, or that were answered badly, brought together by what they mean."""
