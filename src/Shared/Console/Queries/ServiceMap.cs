using System.Buffers.Binary;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>A part of the map.</summary>
/// <param name="Kind"><c>callers</c>, <c>gateway</c>, <c>module</c>, <c>database</c>, <c>broker</c>, <c>messaging</c> or <c>remote</c>.</param>
internal sealed record MapNode(string Name, string Kind);

/// <summary>The calls from one part to another, as the spans say.</summary>
internal sealed record MapEdge(MapNode From, MapNode To, DurationCounts Durations)
{
    public int Errors { get; set; }

    /// <summary>The names of the hosts whose spans say so; empty when only this host was asked.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];
}

/// <summary>
/// Makes a map from spans. A server span is a call of a module by its callers, or by the gateway when a process that is not seen here has the
/// parent; a client span is a call of a database or of another process, by the semantic conventions' attributes; a producer or consumer span a
/// message to or from a messaging system, which is a broker when it has an address; a span of another module than its parent's a call between
/// modules. A span without a module has its parent's.
/// </summary>
internal sealed class ServiceMap(string moduleAttribute, string ownModule)
{
    // Names of remote hosts and destinations may come from data.
    private const int MostEdges = 500;
    private const int DeepestNesting = 64;
    private const int Internal = 0;
    private const int Server = 1;
    private const int Client = 2;
    private const int Producer = 3;
    private const int Consumer = 4;

    private static readonly MapNode Callers = new("callers", "callers");
    private static readonly MapNode Gateway = new("gateway", "gateway");
    private static readonly MapNode Overflow = new("_overflow", "remote");

    private readonly byte[] _moduleKey = Encoding.UTF8.GetBytes(moduleAttribute);

    public IReadOnlyList<MapEdge> Make(SegmentStore store, long from, long to, CancellationToken cancellation)
    {
        using var view = store.Read(from, to);
        var (names, nodes) = (new Names(), new Nodes());
        // About a third of the spans: a statement, of which there are most, is above no other span.
        var owners = new Dictionary<ulong, (ulong Parent, string? Module)>(view.Segments.Sum(segment => segment.Count) / 3);
        ForEach(view, from, to, (in SpanRecord span) =>
        {
            if (span.Kind != Client || TextOf(span, "db.system.name"u8, names) is null)
                owners[IdOf(span.SpanId)] = (IdOf(span.ParentId), TextOf(span, _moduleKey, names));
        }, cancellation);

        Dictionary<(MapNode From, MapNode To), MapEdge> edges = [];
        ForEach(view, from, to, (in SpanRecord span) =>
        {
            if (EndsOf(span, owners, nodes, names) is not { } ends)
                return;
            if (!edges.TryGetValue(ends, out var edge))
            {
                ends = edges.Count < MostEdges ? ends : (Overflow, Overflow);
                if (!edges.TryGetValue(ends, out edge))
                    edges.Add(ends, edge = new(ends.From, ends.To, new()));
            }
            edge.Durations.Add(span.Duration);
            edge.Errors += span.IsError ? 1 : 0;
        }, cancellation);
        return [.. edges.Values.OrderByDescending(edge => edge.Durations.Total)];
    }

    private delegate void Visit(in SpanRecord span);

    private static void ForEach(SegmentView view, long from, long to, Visit visit, CancellationToken cancellation)
    {
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < segment.Count; i++)
            {
                var span = new SpanRecord(segment[i]);
                if (span.Start >= from && span.Start <= to)
                    visit(span);
            }
        }
    }

    private (MapNode From, MapNode To)? EndsOf(in SpanRecord span, Dictionary<ulong, (ulong Parent, string? Module)> owners, Nodes nodes, Names names)
    {
        var module = nodes.Of("module", TextOf(span, _moduleKey, names) ?? ModuleOf(IdOf(span.ParentId), owners));
        switch (span.Kind)
        {
            case Server when IdOf(span.ParentId) == 0:
                return (Callers, module);
            case Server:
                return (owners.ContainsKey(IdOf(span.ParentId)) ? nodes.Of("module", ModuleOf(IdOf(span.ParentId), owners)) : Gateway, module);
            case Client when TextOf(span, "db.system.name"u8, names) is { } system:
                return (module, nodes.Of("database", system, TextOf(span, "db.namespace"u8, names)));
            case Client when TextOf(span, "server.address"u8, names) is { } address:
                return (module, nodes.Of("remote", address));
            case Producer when Destination(span, nodes, names) is { } to:
                return (module, to);
            case Consumer when Destination(span, nodes, names) is { } from:
                return (from, module);
            case Internal when owners.ContainsKey(IdOf(span.ParentId)) && ModuleOf(IdOf(span.ParentId), owners) is var caller && caller != module.Name:
                return (nodes.Of("module", caller), module);
            default:
                return null;
        }
    }

    private static MapNode? Destination(in SpanRecord span, Nodes nodes, Names names) =>
        TextOf(span, "messaging.system"u8, names) is { } system ? nodes.Of(TextOf(span, "server.address"u8, names) is null ? "messaging" : "broker", system)
            : TextOf(span, "messaging.destination.name"u8, names) is { } name ? nodes.Of("messaging", name) : null;

    private string ModuleOf(ulong span, Dictionary<ulong, (ulong Parent, string? Module)> owners)
    {
        for (var depth = 0; depth < DeepestNesting && owners.TryGetValue(span, out var owner); depth++, span = owner.Parent)
        {
            if (owner.Module is { } module)
                return module;
        }
        return ownModule;
    }

    private static string? TextOf(in SpanRecord span, ReadOnlySpan<byte> key, Names names)
    {
        var attributes = span.Attributes;
        for (var left = span.AttributeCount; left > 0; left--)
        {
            if (!attributes.Text().SequenceEqual(key))
                AttributeValue.Skip(ref attributes);
            else if (AttributeValue.Read(ref attributes) is { Kind: AttributeKind.Text } value)
                return names.Of(value.Text);
        }
        return null;
    }

    private static ulong IdOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt64LittleEndian(id);

    /// <summary>One object for each part, since most spans name one that is known.</summary>
    private sealed class Nodes
    {
        private const int MostKept = 2 * MostEdges;

        private readonly Dictionary<(string Kind, string Name, string? Detail), MapNode> _known = [];

        public MapNode Of(string kind, string name, string? detail = null)
        {
            if (_known.TryGetValue((kind, name, detail), out var node))
                return node;
            node = new(detail is null ? name : $"{name} {detail}", kind);
            if (_known.Count < MostKept)
                _known.Add((kind, name, detail), node);
            return node;
        }
    }
}
