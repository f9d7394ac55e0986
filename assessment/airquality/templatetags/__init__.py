"""Template tags of the airquality room."""
