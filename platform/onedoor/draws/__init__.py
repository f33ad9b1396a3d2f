"""The draws room: frozen pool, plan, committers, seed, tickets, selection, teams, proof, register (R-D).

``rules`` holds the protocol ``onedoor-draw/1`` itself, pure and without a database: it makes and checks every file
of a draw. The rest of the room keeps draws in the database and calls it.
"""
