using System.Diagnostics;

namespace ECommerce.Signals.Tests.Exposition;

/// <summary>What Prometheus's own tool says of a page.</summary>
internal static class Promtool
{
    /// <returns>One line for each thing that it would have otherwise.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();
        return [.. $"{await output}{await errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
