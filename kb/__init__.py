"""The knowledge base: articles, recipes, and finding the right one."""
