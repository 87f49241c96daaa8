"""Load on an endpoint that a team owns: checked here, driven by Locust in processes of their own.

``ajo`` never imports Locust, which patches the standard library where it is imported: ``conduct`` starts
``engine`` as a process for every job and listens to it. A job goes to its standard input, so that neither
values nor rows stand in an argument; secrets are in no job, every process resolves those it needs itself.
"""
