using System.Text.Json.Nodes;
using ECommerce.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace ECommerce.Generate;

/// <summary>A file of the deployment, by its path from the root of the repository.</summary>
internal sealed record DeployFile(string Path)
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer JsonWriter = new SerializerBuilder().JsonCompatible().Build();

    public string FullPath { get; } = System.IO.Path.Combine(Repository.Root, Path);

    public bool Exists => File.Exists(FullPath);

    public string Text => File.ReadAllText(FullPath);

    /// <summary>The files of a folder, by pattern, in the order of their names.</summary>
    public static IEnumerable<DeployFile> In(string folder, string pattern) =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, folder), pattern)
            .Order(StringComparer.Ordinal)
            .Select(file => new DeployFile(System.IO.Path.GetRelativePath(Repository.Root, file)));

    /// <summary>YAML or JSON as one kind of tree; anchors and merges are resolved.</summary>
    public JsonNode Read() => Path.EndsWith(".json", StringComparison.Ordinal) ? JsonNode.Parse(Text)! : ReadYaml(Text);

    /// <summary>YAML as a tree of JSON.</summary>
    public static JsonNode ReadYaml(string yaml) => JsonNode.Parse(JsonWriter.Serialize(Reader.Deserialize(new MergingParser(new Parser(new StringReader(yaml))))!))!;

    public override string ToString() => Path;
}
