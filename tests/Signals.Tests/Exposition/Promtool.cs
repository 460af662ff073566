namespace ECommerce.Signals.Tests.Exposition;

/// <summary><c>promtool check metrics</c>, the linter of Prometheus for an exposition page.</summary>
internal static class Promtool
{
    /// <returns>One line for each complaint.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(string text)
    {
        var (_, output, errors) = await Subprocess.RunAsync(Repository.Root, new Dictionary<string, string?>(), text, ["promtool", "check", "metrics"]);
        return [.. $"{output}{errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
