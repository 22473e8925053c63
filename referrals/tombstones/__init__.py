"""What ended for good, written where no restore reaches, and ended again after one."""
