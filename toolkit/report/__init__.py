"""Results as text, Markdown, versioned JSON and the formats of pipelines, for people and machines.

In: findings, plans, receipts. Out: strings. Every name, description and label in them may come from a
platform that others write to, so each format escapes what it shows. Nothing is decided here.
"""
