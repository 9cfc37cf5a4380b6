"""For people who learn: tasks, their work checked line by line, and the mistake named."""
