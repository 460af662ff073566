using System.Diagnostics;

namespace ECommerce.Testing.Otlp;

/// <summary>The three export requests of OTLP, read by the field numbers of opentelemetry-proto 1.x.</summary>
internal static class OtlpRequest
{
    public static IEnumerable<ReceivedSpan> Spans(ReadOnlyMemory<byte> request) =>
        from of in Scopes(request)
        from span in of.Scope.All(2)
        select new ReceivedSpan(
            of.Resource, of.Name, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(3),
            span.Text(5), (ActivityKind)(span.Integer(6) - 1), Time(span.Integer(7)), Time(span.Integer(8)), Attributes(span.All(9)),
            (ActivityStatusCode)span.One(15).Integer(3), span.One(15).Text(2),
            [.. span.All(13).Select(link => new ReceivedLink(link.Hex(1), link.Hex(2), Attributes(link.All(4))))],
            [.. span.All(11).Select(happened => new ReceivedEvent(happened.Text(2), Attributes(happened.All(3))))]);

    public static IEnumerable<ReceivedLog> Logs(ReadOnlyMemory<byte> request) =>
        from of in Scopes(request)
        from log in of.Scope.All(2)
        select new ReceivedLog(
            of.Resource, of.Name, log.Hex(9), log.Hex(10), Time(log.Integer(1)), log.Text(3),
            Value(log.One(5))?.ToString() ?? "", log.Text(12), Attributes(log.All(6)));

    public static IEnumerable<ReceivedMetric> Metrics(ReadOnlyMemory<byte> request) =>
        from of in Scopes(request)
        from metric in of.Scope.All(2)
        let type = Types.First(type => metric.Has(type.Field))
        let data = metric.One(type.Field)
        select new ReceivedMetric(
            of.Resource, of.Name, metric.Text(1), type.Name, metric.Text(3), type.Name == "sum" && data.Integer(3) != 0,
            [.. data.All(1).Select(point => new ReceivedPoint(Attributes(point.All(type.Attributes)), PointValue(point)))]);

    private static readonly (string Name, int Field, int Attributes)[] Types =
        [("gauge", 5, 7), ("sum", 7, 7), ("histogram", 9, 9), ("exponential_histogram", 10, 1), ("summary", 11, 7)];

    private static IEnumerable<Origin> Scopes(ReadOnlyMemory<byte> request) =>
        from resource in new ProtobufMessage(request).All(1)
        let attributes = Attributes(resource.One(1).All(1))
        from scope in resource.All(2)
        select new Origin(attributes, scope.One(1).Text(1), scope);

    private static Dictionary<string, object?> Attributes(IEnumerable<ProtobufMessage> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair => Value(pair.One(2)), StringComparer.Ordinal);

    private static object? Value(ProtobufMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(2) ? value.Integer(2) != 0
        : value.Has(3) ? value.Integer(3)
        : value.Has(4) ? value.Double(4)
        : value.Has(5) ? value.One(5).All(1).Select(Value).ToArray()
        : value.Has(6) ? Attributes(value.One(6).All(1))
        : value.Has(7) ? value.Bytes(7).ToArray()
        : null;

    // A number is a double (4) or an integer (6); a histogram has its count in 4, as an integer.
    private static double PointValue(ProtobufMessage point) =>
        point.Has(6) && !point.Has(5) ? point.Integer(6) : point.Has(5) ? point.Integer(4) : point.Double(4);

    private static DateTimeOffset Time(long unixNanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(unixNanoseconds / 100);

    /// <summary>Whose the signals are that a scope holds.</summary>
    private sealed record Origin(IReadOnlyDictionary<string, object?> Resource, string Name, ProtobufMessage Scope);
}
