// Spans are observed process-wide, and allocations are counted: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
