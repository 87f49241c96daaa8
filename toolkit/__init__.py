"""Adobe Journey Optimizer actions as code: validate, diff and sync definitions, and exercise them.

``ls`` of this package is the map: a trunk (``core``, ``model``, ``workspace``), rooms that never see each
other (``rules``, ``plan``, ``platform``, ``exercise``, ``emulator``), what joins them (``sync``, ``report``,
``app``) and the faces (``cli``, ``notebook``).
"""
