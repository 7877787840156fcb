"""A sample of a company's automation: it takes signed calls, and does to made-up accounts what they ask for."""
