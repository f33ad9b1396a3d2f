"""Background work: Celery's application, and one module per room that has jobs."""
