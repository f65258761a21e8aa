"""Reading files into blocks of text. Runs in a child process (`python -m assistants.knowledge.extract`), so nothing
in this package imports Django: the child must start in a tenth of a second and know no secret.
"""
