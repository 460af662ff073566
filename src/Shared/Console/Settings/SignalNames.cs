namespace Observability.Console.Settings;

/// <summary>The metric families of which the overview makes the golden signals of each module. The defaults are Observability's own.</summary>
public sealed class SignalNames
{
    /// <summary>The counter of requests.</summary>
    public string Requests { get; set; } = "http_requests_total";

    /// <summary>The histogram of their durations, in seconds.</summary>
    public string Durations { get; set; } = "http_request_duration_seconds";

    /// <summary>The label of both with the module.</summary>
    public string ModuleLabel { get; set; } = "service";

    /// <summary>The label of the counter with the outcome.</summary>
    public string OutcomeLabel { get; set; } = "status";

    /// <summary>A regular expression for the outcomes that are the host's failures.</summary>
    public string Failure { get; set; } = "5..";

    /// <summary>Returns the name of a module, of the label's value.</summary>
    public Func<string, string> ModuleOf { get; set; } = static value => value;

    /// <summary>The gauge with the status of each health check: 1, 0.5 or 0.</summary>
    public string Health { get; set; } = "health_check_status";

    /// <summary>Its label with the name of the check.</summary>
    public string HealthLabel { get; set; } = "check";
}
