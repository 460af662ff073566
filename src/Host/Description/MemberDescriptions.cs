using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ECommerce.Host.Description;

/// <summary>
/// The descriptions of schema members, by schema and member. They are kept until the document is complete: a description that is set
/// earlier on a member with a shared schema would become that of the shared schema.
/// </summary>
internal sealed class MemberDescriptions(SliceSummaries summaries)
{
    private readonly ConcurrentDictionary<(string Schema, string Member), string> _texts = new();

    public void Add(string? schema, IEnumerable<JsonPropertyInfo> members)
    {
        foreach (var member in members)
        {
            if (schema is not null && member.AttributeProvider is MemberInfo property && summaries.OfMember(property.DeclaringType!, property.Name) is { } text)
                _texts[(schema, member.Name)] = text;
        }
    }

    /// <summary>Writes the descriptions beside the members of the document's schemas, references included.</summary>
    public void Write(JsonObject schemas)
    {
        foreach (var (name, schema) in schemas)
        {
            foreach (var (member, its) in schema!["properties"]?.AsObject() ?? [])
            {
                if (_texts.TryGetValue((name, member), out var text))
                    its!["description"] = text;
            }
        }
    }
}
