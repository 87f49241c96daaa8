"""Results as text, Markdown and versioned JSON, for a terminal, a pull request and a machine.

In: findings, plans, receipts. Out: strings. Every name, description and label in them may come from a
platform that others write to, so each format escapes what it shows. Nothing is decided here.
"""
