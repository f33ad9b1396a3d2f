"""`onedoor demo`: a made-up city on embedded servers, and the main job through every room."""
