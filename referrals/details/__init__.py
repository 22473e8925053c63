"""What says who a patient is and how to reach them: recorded, or asked whose it is."""
