"""For pytest: files of cases are collected as tests (see ``plugin``)."""
