// Spans of one process reach every host that listens in it: two hosts at once would see each other's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
