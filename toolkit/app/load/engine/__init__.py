"""The process of a load: Locust drives users of ours, without its command line and without its web page.

``python -c "import locust; …main.main()"`` reads one :class:`~toolkit.app.load.job.Job` from standard input
and writes lines of JSON to standard output. Locust comes first: it patches what is imported after it. Its
options, files of settings and environment variables are not looked at.
"""
