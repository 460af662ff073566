namespace Observability.Tests;

/// <summary>Tests that count what this process does wait until no other test of it runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
