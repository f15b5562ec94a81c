"""What is a guest's own: settings, favourites, lists."""
