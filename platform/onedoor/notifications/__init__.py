"""Who is told of what happens (通知): the declared events of the workflow, each person's choice of ways, e-mail and outgoing messages."""
