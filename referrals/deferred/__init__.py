"""The ward's list: who could not be asked, until somebody asks or their day is over."""
