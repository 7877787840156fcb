"""Takes in what a company has already: Markdown, HTML, Word, PDF and Mallard files, in folders and zip archives."""
