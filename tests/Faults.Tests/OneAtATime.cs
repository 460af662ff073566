// A fault of the process strikes every host in it.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
