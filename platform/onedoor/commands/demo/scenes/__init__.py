"""What happens in the made-up city, scene by scene; `story` says when."""
