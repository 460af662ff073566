namespace ECommerce.Tools.Tests;

/// <summary>
/// Collection of the tests that run a whole storm, siege or fuzzing run. It starts when the parallel collections are done, and runs one test at a
/// time: each of these programs loads a host and a PostgreSQL of its own with all the processor time that it gets.
/// </summary>
[CollectionDefinition(nameof(WholeProgram), DisableParallelization = true)]
public sealed class WholeProgram;
