// Activity sources and meters of .NET are of the process: a host would see the requests of another one's test. And memory is measured.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
