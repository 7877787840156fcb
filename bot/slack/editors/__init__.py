"""Where editors write in Slack: what they see of articles, run-books and recipes, and of drafts. Views are pure."""
