"""Commands of the airquality room."""
