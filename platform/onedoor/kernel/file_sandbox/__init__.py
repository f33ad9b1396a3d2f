"""A stranger's bytes are taken apart here, in a process of their own (issue 3, hostile input).

`kernel.spreadsheets.reader` starts that process and is the only one to do so; what others import from here are its
shapes. Nothing here may import a database, a secret or the web: the process is given none.
"""
