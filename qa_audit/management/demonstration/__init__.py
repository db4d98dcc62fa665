"""The demonstration council: invented people, invented cases, the same every time it is loaded."""
