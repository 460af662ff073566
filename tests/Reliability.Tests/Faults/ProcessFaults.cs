namespace ECommerce.Reliability.Tests.Faults;

/// <summary>
/// Collection of the tests that inject faults. It starts when the parallel collections are done, and runs one test at a time: a fault of the
/// process (processor, memory, threads) reaches every host in it.
/// </summary>
[CollectionDefinition(nameof(ProcessFaults), DisableParallelization = true)]
public sealed class ProcessFaults;
