"""The admin's rooms: what an operator looks after, on the same functions that everybody else uses."""
