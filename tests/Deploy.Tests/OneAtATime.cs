// .NET's meters are the process's: a host that ends takes its own off the pages of the others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
