"""From a question to lines: the routes to a derivative, and the search for the form that was asked for."""
