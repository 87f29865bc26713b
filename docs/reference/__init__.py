"""Reference tables in Markdown, made from the code."""
