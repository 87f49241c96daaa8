"""What is live, written as files say it: whole definitions, and single changes in those that are there.

In: live resources, a workspace, a target. Out: texts of files and what a person has to know of them; secrets
are references, since the platform hides them and nothing that looks like one is copied.
"""
