"""A company's years in a database: 100,000 tickets and 1,000,000 events, and how long each view of them takes."""
