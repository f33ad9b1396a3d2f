"""`onedoor backup` and `onedoor restore`: everything the database holds, files included, in one archive.

Why not pg_dump: it needs the server's own version beside us and a login that no row policy binds, which a deployment's
processes do not have. The owner may become `onedoor_definer`; COPY does the rest, and what makes the tables again is our own
migrations, so that an archive goes into this version or any later one.
"""
