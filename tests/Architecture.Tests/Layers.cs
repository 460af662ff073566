using System.Xml.Linq;

namespace ECommerce.Architecture.Tests;

/// <summary>The projects of <c>src/Shared</c>, and how they may reference each other (docs/ARCHITECTURE.md).</summary>
internal static class Layers
{
    /// <summary>The layers, the lowest first: each may reference those before it.</summary>
    public static readonly string[] InOrder = ["Kernel", "Text", "Observability", "Console", "Hosting", "Data", "Messaging", "Web", "Modules", "Topology"];

    /// <summary>What a host adds by one line of Program.cs: it may reference the layers, and nothing but the host references it.</summary>
    public static readonly string[] AtTheSide = ["EmbeddedPostgres", "Faults", "Profiling", "RabbitMq"];

    public static readonly string Shared = Path.Combine(Solution.Sources, "Shared");

    /// <summary>The projects below <c>src</c> with the names of those that they reference, both without <c>ECommerce.</c> or <c>Observability.</c></summary>
    public static IReadOnlyDictionary<string, string[]> References { get; } = Directory.GetFiles(Solution.Sources, "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(NameOf, project => (string[])[.. XDocument.Load(project).Descendants("ProjectReference").Select(reference => NameOf(reference.Attribute("Include")!.Value))]);

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))
        .Replace("ECommerce.", "", StringComparison.Ordinal).Replace("Observability.", "", StringComparison.Ordinal);
}
