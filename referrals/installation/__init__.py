"""What this installation is: a demo or not, whose keys open it, how far its clock is believed."""
