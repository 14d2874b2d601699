"""Room on the disks of local stores: a reserve that nothing new may use."""
