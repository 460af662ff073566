namespace ECommerce.Messaging;

/// <summary>The modules that this process hosts, among all modules of its binaries.</summary>
/// <param name="Hosted">The names of the modules whose handlers, relays and schemas this process has.</param>
/// <param name="All">The names of all modules of the shop.</param>
public sealed record HostedModules(IReadOnlySet<string> Hosted, IReadOnlyList<string> All)
{
    /// <summary>Whether some module is hosted by another process.</summary>
    public bool IsPartial => All.Any(module => !Hosted.Contains(module));
}
