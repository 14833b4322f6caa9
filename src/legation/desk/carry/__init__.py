"""Room carry: everything done or sent later, with lease, retry and outcome."""
