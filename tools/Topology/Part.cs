namespace ECommerce.Topologies;

/// <summary>A program of a topology.</summary>
/// <param name="Name">The name before each of its lines in the terminal: <c>host-1</c>.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">The variables that are added to those of the runner; null removes one.</param>
/// <param name="Ready">The address that answers GET with 2xx when the program is ready.</param>
internal sealed record Part(string Name, IReadOnlyList<string> Command, IReadOnlyList<(string Name, string? Value)> Environment, Uri Ready)
{
    /// <summary>The file that holds the process id while the program runs; null for none.</summary>
    public string? PidFile { get; init; }

    /// <summary>The program of the host, which the build puts beside the runner.</summary>
    public static IReadOnlyList<string> HostCommand { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll")];
}
