// Spans are observed process-wide: one shop at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
