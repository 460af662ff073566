namespace ECommerce.Incidents.Model;

/// <summary>Where a cause is to be seen.</summary>
/// <param name="Kind">One of <see cref="SignalKinds"/>.</param>
/// <param name="Name">The name as docs/telemetry.md has it: <c>database_query_duration_seconds</c>, <c>request.broke</c>; for SQL the view.</param>
/// <param name="Reading">What it says, in a sentence.</param>
internal sealed record Signal(string Kind, string Name, string Reading);

/// <summary>The kinds of signals.</summary>
internal static class SignalKinds
{
    public const string Metric = "metric";
    public const string Span = "span";
    public const string Log = "log";
    public const string Sql = "sql";
    public const string Health = "health";
    public const string Profile = "profile";
    public const string Machine = "machine";
}
