namespace ECommerce.Gallery.Tests;

/// <summary>The gallery, tried once: every patch in one copy of the shop, and there the tests that the pages name.</summary>
public sealed class Exhibition : IAsyncLifetime
{
    private PatchedTree? _tree;

    /// <summary>The message of each test that was run, null for one that passed, by class and method.</summary>
    internal IReadOnlyDictionary<string, string?> Messages { get; private set; } = new Dictionary<string, string?>();

    /// <summary>What a trade costs with the sins; null where no page counts anything.</summary>
    internal Trade With { get; private set; } = null!;

    /// <summary>What the same trade costs without them.</summary>
    internal Trade Without { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var isCounted = Sin.Tried.Any(sin => sin.Figures.Count > 0);
        // On the other core, while the copy is compiled.
        var without = isCounted ? Trade.WithAsync(Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll")) : null;
        string[] suites = [.. Sin.Tried.Select(sin => sin.Suite).Distinct()];
        _tree = PatchedTree.Copy(suites);
        foreach (var sin in Sin.Tried)
            _tree.Apply(sin.Patch);
        await _tree.CompileAsync(Sin.Tried.SelectMany(sin => sin.Patch.Files).Where(file => file.StartsWith("src/", StringComparison.Ordinal)));
        Messages = await _tree.TestAsync(suites, Sin.Tried.Select(sin => sin.Test));
        if (without is null)
            return;
        Without = await without;
        With = await Trade.WithAsync(_tree.Host);
    }

    public Task DisposeAsync()
    {
        _tree?.Dispose();
        return Task.CompletedTask;
    }
}
